// The article's own packet lines against those of real kernels (support/article_walk.hpp), from the
// built-in client and from the article's own command.

#include <gtest/gtest.h>

#include "support/article_walk.hpp"
#include "support/lab_program.hpp"
#include "support/virtual_runs.hpp"

namespace misproxy::test {
namespace {

class LabArticle : public InTheLab {
 protected:
  /// With the built-in client.
  ArticleCaptures captures_of(const std::string& scenario) const {
    const auto done =
        misproxy({"run", scenario, "--world", "lab", "--out", (folder_ / "").string()});
    EXPECT_EQ(done.code, 0) << done.out << done.err;
    const auto run = folder_ / (scenario + "-seed1");
    return {text_of(run / "client.pcapng"), text_of(run / "proxy.pcapng")};
  }
  /// With the article's own command, once for each end.
  ArticleCaptures captures_of_curl(const std::string& scenario) const {
    ArticleCaptures captures;
    for (const auto& [end, bytes] :
         {std::pair{"client", &captures.client}, std::pair{"proxy", &captures.proxy}}) {
      const auto path = folder_ / (std::string(end) + ".pcapng");
      const auto done = lab(scenario, "curl -sS -x http://10.10.10.1:80 -I https://tools.cisco.com",
                            {"--capture", path.string(), "--capture-at", end});
      EXPECT_EQ(done.out.substr(0, 9), "HTTP/1.1 ") << done.err;
      *bytes = text_of(path);
    }
    return captures;
  }

 private:
  Folder folder_;
};

/// FIN, FIN and ACK, without which the rest of a block is left.
std::vector<ArticleLine> take_teardown(Played& played) {
  auto teardown = last_three(played.article);
  played.article.resize(played.article.size() - teardown.size());
  return teardown;
}

TEST_F(LabArticle, SuccessComesOutOfAllow) {
  expect_success(played_of("success", captures_of("allow"), kFinishedAndMore));
}

// Real curl departs in the teardown alone: it closes without waiting for the proxy's close_notify
// and FIN, and so its kernel, which has no socket any more, answers them with RST.
TEST_F(LabArticle, SuccessComesOutOfTheArticlesCommand) {
  auto played = played_of("success", captures_of_curl("allow"), kFinishedAndMore);
  const auto fin = take_teardown(played);
  expect_block(played);
  played.walk.to(fin.front());
  while (!played.walk.over()) {
    const auto& line = played.walk.next();
    EXPECT_TRUE(line.from == "proxy" || line.flags == "R") << line.text;
  }
}

TEST_F(LabArticle, AclDenialComesOutOfAclDeny403) {
  constexpr int kAttempts = 3;
  expect_denial(played_of("acl-denial", captures_of("acl-deny-403"), {}, false), kAttempts);
}

// Here too: curl closes with the body of the 403 unread, and that is a RST with an ACK.
TEST_F(LabArticle, AclDenialComesOutOfTheArticlesCommand) {
  auto played = played_of("acl-denial", captures_of_curl("acl-deny-403"), {}, false);
  auto end = take_teardown(played).front();
  expect_block(played);
  end.flags = "R.";
  const auto& reset = played.walk.to(end);
  EXPECT_EQ(reset.from, "client");
}

TEST_F(LabArticle, TimeoutComesOutOfStallAfterTls) {
  expect_time_out(played_of("timeout", captures_of("stall-after-tls"), kFinished));
}

TEST_F(LabArticle, MtuResetComesOutOfInlineResetOnLargeSegment) {
  const auto captures = captures_of("inline-reset-on-large-segment");
  expect_reset_of_large(played_of("mtu", captures, kFinished), 0.1);
}

TEST_F(LabArticle, ConnectWithoutA200ComesOutOfConnectLost) {
  expect_no_200(read_article_lines(article_lines(captures_of("connect-lost").client)));
}

}  // namespace
}  // namespace misproxy::test
