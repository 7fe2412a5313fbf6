// The article's own packet lines against the virtual world's (support/article_walk.hpp).

#include <gtest/gtest.h>

#include "support/article_walk.hpp"
#include "support/virtual_runs.hpp"

namespace misproxy::test {
namespace {

ArticleCaptures captures_of(const std::string& scenario) {
  auto run = run_virtually(scenario_named(scenario));
  return {std::move(run.capture), std::move(run.proxy_capture)};
}

TEST(Article, SuccessComesOutOfAllow) {
  expect_success(played_of("success", captures_of("allow"), kFinishedAndMore));
}

TEST(Article, AclDenialComesOutOfAclDeny403) {
  constexpr int kAttempts = 3;
  expect_denial(played_of("acl-denial", captures_of("acl-deny-403"), {}, false), kAttempts);
}

TEST(Article, TimeoutComesOutOfStallAfterTls) {
  expect_time_out(played_of("timeout", captures_of("stall-after-tls"), kFinished));
}

TEST(Article, MtuResetComesOutOfInlineResetOnLargeSegment) {
  const auto captures = captures_of("inline-reset-on-large-segment");
  expect_reset_of_large(played_of("mtu", captures, kFinished), 0.001);  // 123 us in the article
}

TEST(Article, ConnectWithoutA200ComesOutOfConnectLost) {
  expect_no_200(read_article_lines(article_lines(captures_of("connect-lost").client)));
}

}  // namespace
}  // namespace misproxy::test
