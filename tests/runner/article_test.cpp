// The article's own packet lines (tests/capture/article/, as they stand there) against the
// scenarios that are to show the same. Every line has to come, in its order, with its direction,
// its flags and its TLS message; so have lengths and numbers, but where the article cannot be
// right:
//
// - `length 1514` of the Server Hello is a frame's length, not a payload's.
// - `User-Agent: curl/8.5.0`: here the client is the built-in one.
// - `win 64240` of the third segment: a window is scaled from there on (RFC 7323 section 2.3).
// - 517 and 317 bytes of encrypted data, and 1,440 where a transfer stalls, depend on what a client
//   asks and which headers it sends, and the article does not show that.
// - 1234 and 5678 in the FINs are made up, but how they depend on each other is not.
//
// The article shows neither ACKs of data, nor the client's Finished, nor close_notify: those may
// come in between, and nothing else may.
#include <gmock/gmock.h>

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "support/article_lines.hpp"
#include "support/virtual_runs.hpp"

namespace misproxy::test {
namespace {

constexpr Ipv4 kFmc = 0x0a282801;      // 10.40.40.1
constexpr Ipv4 kProxyAt = 0x0a0a0a01;  // 10.10.10.1
constexpr Ipv4 kCisco = 0x48a304a1;    // 72.163.4.161

/// TLS messages that may stand between those that the article shows.
using Unsaid = std::set<std::string>;
const Unsaid kFinished{"Change Cipher Spec"};
const Unsaid kFinishedAndMore{"Change Cipher Spec", "Encrypted Application Data"};

/// Goes through our lines, from one that the article has to the next.
class Walk {
 public:
  Walk(std::vector<ArticleLine> ours, Unsaid unsaid)
      : ours_(std::move(ours)), unsaid_(std::move(unsaid)) {}

  /// The line that is the article's `wanted`; all that stands before it has to be explained.
  const ArticleLine& to(const ArticleLine& wanted) {
    while (at_ < ours_.size() && !is(wanted, ours_[at_])) {
      if (!is_unsaid(ours_[at_])) break;
      ++at_;
    }
    if (at_ == ours_.size() || !is(wanted, ours_[at_])) {
      throw std::runtime_error(fmt::format("the article goes on with\n  {}\nand we with\n  {}",
                                           wanted.text,
                                           at_ == ours_.size() ? "nothing" : ours_[at_].text));
    }
    return ours_[at_++];
  }
  bool over() const { return at_ == ours_.size(); }
  const ArticleLine& next() { return ours_.at(at_++); }

 private:
  static bool is(const ArticleLine& wanted, const ArticleLine& ours) {
    if (wanted.text.starts_with("User-Agent: curl/")) return ours.text == "User-Agent: FMC-Agent";
    if (!wanted.is_segment) return wanted.text == ours.text;
    return ours.is_segment && wanted.from == ours.from && wanted.to == ours.to &&
           wanted.flags == ours.flags && is_message(wanted, ours) &&
           (wanted.length > 0) == (ours.length > 0);
  }
  /// Where the article names no message it means what the client asks, inside the tunnel.
  static bool is_message(const ArticleLine& wanted, const ArticleLine& ours) {
    return wanted.tls.empty() ? ours.tls != "Change Cipher Spec" : wanted.tls == ours.tls;
  }
  bool is_unsaid(const ArticleLine& ours) const {
    return ours.is_bare_ack() || unsaid_.contains(ours.tls);
  }

  std::vector<ArticleLine> ours_;
  Unsaid unsaid_;
  std::size_t at_ = 0;
};

/// Numbers that the article and we have to agree on.
void expect_numbers(const ArticleLine& wanted, const ArticleLine& ours, int window_scale) {
  if (!wanted.is_segment) return;
  EXPECT_EQ(ours.to_port == 80 ? ours.to : ours.from, "proxy") << ours.text;
  EXPECT_EQ(wanted.mss, ours.mss) << ours.text;
  EXPECT_EQ(wanted.win.has_value(), ours.win.has_value()) << ours.text;
  const bool made_up = wanted.flags == "F." || wanted.ack == 5679;
  if (!made_up) {
    EXPECT_EQ(wanted.seq.value_or(ours.seq.value_or(0)), ours.seq.value_or(0)) << ours.text;
    EXPECT_EQ(wanted.ack, ours.ack) << ours.text;
  }
  if (!wanted.win || !ours.win) return;
  const auto unit = wanted.flags == "." ? 1U << window_scale : 1U;
  EXPECT_EQ((*wanted.win + unit - 1) / unit, *ours.win) << ours.text;
}

/// FIN, FIN and the last ACK: each acknowledges what came before it and the FIN itself, and the
/// second FIN stands where the first one's sender expects it, or behind what it had not yet got.
void expect_teardown(const std::vector<ArticleLine>& fins, std::uint32_t not_yet_there) {
  ASSERT_EQ(fins.size(), 3U);
  EXPECT_EQ(*fins[1].ack, *fins[0].seq + 1);
  EXPECT_EQ(*fins[1].seq, *fins[0].ack + not_yet_there);
  EXPECT_EQ(*fins[2].ack, *fins[1].seq + 1);
}

struct Played {
  std::vector<ArticleLine> article;
  Walk walk;
  int window_scale = 0;
};

/// Who talks to whom, by address: the article's client and proxy, and its origin behind it.
void expect_addresses(const Run& run, bool reaches_origin) {
  const auto at_client = frames_of(run.capture);
  const auto& syn = at_client.front().packet->packet;
  EXPECT_EQ(syn.source, kFmc);
  EXPECT_EQ(syn.destination, kProxyAt);
  EXPECT_EQ(syn.tcp()->destination_port, 80);
  const auto at_proxy = frames_of(run.proxy_capture);
  const bool reached = std::any_of(at_proxy.begin(), at_proxy.end(), [](const auto& frame) {
    const auto& packet = frame.packet->packet;
    return packet.source == kProxyAt && packet.destination == kCisco &&
           packet.tcp()->destination_port == 443;
  });
  EXPECT_EQ(reached, reaches_origin);
}

Played play(const std::string& block, const std::string& scenario, const Unsaid& unsaid,
            bool reaches_origin = true) {
  const auto run = run_virtually(scenario_named(scenario));
  expect_addresses(run, reaches_origin);
  const auto scale = frames_of(run.capture).front().packet->packet.tcp()->window_scale;
  return {article_block(block), Walk(read_article_lines(article_lines(run.capture)), unsaid),
          scale.value_or(0)};
}

/// All of the article's lines; those of the teardown are left in `fins`.
void expect_block(Played& played, std::vector<ArticleLine>* fins = nullptr) {
  for (const auto& wanted : played.article) {
    if (wanted.is_remark()) continue;
    const auto& ours = played.walk.to(wanted);
    expect_numbers(wanted, ours, played.window_scale);
    if (wanted.tls == "Client Hello") {
      EXPECT_EQ(wanted.length, ours.length);
    }
    const bool teardown = wanted.flags == "F." || wanted.ack == 5679;
    if (fins != nullptr && teardown) fins->push_back(ours);
  }
}

std::vector<ArticleLine> last_three(const std::vector<ArticleLine>& lines) {
  return {lines.end() - 3, lines.end()};
}

TEST(Article, SuccessComesOutOfAllow) {
  auto played = play("success", "allow", kFinishedAndMore);
  std::vector<ArticleLine> fins;
  expect_block(played, &fins);
  EXPECT_TRUE(played.walk.over());
  expect_teardown(last_three(played.article), 0);
  expect_teardown(fins, 24);  // the proxy's close_notify (RFC 8446 section 6.1) was on its way
}

TEST(Article, AclDenialComesOutOfAclDeny403) {
  auto played = play("acl-denial", "acl-deny-403", {}, false);
  int times = 0;
  for (; !played.walk.over(); ++times) {
    std::vector<ArticleLine> fins;
    expect_block(played, &fins);
    expect_teardown(fins, 0);
  }
  EXPECT_EQ(times, 3);  // FMC tries three times
}

TEST(Article, TimeoutComesOutOfStallAfterTls) {
  auto played = play("timeout", "stall-after-tls", kFinished);
  expect_block(played);
  // "No response from proxy, connection goes idle": the proxy's kernel has the data, and that is
  // all (with no retransmission, an application stalls, and not the path).
  const auto& acknowledged = played.walk.next();
  EXPECT_TRUE(acknowledged.is_bare_ack() && acknowledged.from == "proxy") << acknowledged.text;
  // "After a while, FMC may close the connection or retry."
  const auto& closed = played.walk.next();
  EXPECT_EQ(closed.flags, "F.") << closed.text;
  EXPECT_EQ(closed.from, "client");
  EXPECT_GT(closed.at - acknowledged.at, 3);
}

TEST(Article, MtuResetComesOutOfInlineResetOnLargeSegment) {
  auto played = play("mtu", "inline-reset-on-large-segment", kFinished);
  const auto& block = played.article;
  const auto large = std::find_if(block.begin(), block.end(),
                                  [](const auto& line) { return line.remark == "Large packet"; });
  ASSERT_NE(large, block.end());
  for (auto wanted = block.begin(); wanted != large; ++wanted)
    expect_numbers(*wanted, played.walk.to(*wanted), played.window_scale);
  const auto sent = played.walk.to(*large);
  EXPECT_EQ(sent.length, 1440U);
  const auto reset = played.walk.next();  // at once, with nothing in between
  EXPECT_EQ(reset.from, "proxy");
  EXPECT_EQ(reset.flags, "R");
  EXPECT_EQ(reset.win, 0U);
  EXPECT_EQ(reset.ack, std::nullopt);  // a stateless answer has none
  EXPECT_EQ(reset.length, 0U);
  EXPECT_LT(reset.at - sent.at, 0.001);  // 123 us in the article
  // What is still under way finds a closed socket, which says so; the client itself says no more.
  while (!played.walk.over()) {
    const auto& line = played.walk.next();
    EXPECT_TRUE(line.from == "proxy" ? line.is_bare_ack() : line.flags == "R") << line.text;
  }
}

// "FMC gets CONNECT without HTTP 200, with retransmissions and FINs confirming no TLS/data
// exchange."
TEST(Article, ConnectWithoutA200ComesOutOfConnectLost) {
  const auto run = run_virtually(scenario_named("connect-lost"));
  const auto lines = read_article_lines(article_lines(run.capture));
  std::vector<std::string> flags;
  int again = 0;
  for (const auto& line : lines) {
    EXPECT_FALSE(line.text.starts_with("HTTP/")) << line.text;
    EXPECT_EQ(line.tls, "");
    if (line.is_segment) flags.push_back(line.flags);
    again += line.remark == "sent again" && line.length > 0 ? 1 : 0;
  }
  EXPECT_EQ(lines.at(3).text, "CONNECT support.sourcefire.com:443 HTTP/1.1");
  EXPECT_GE(again, 5);
  EXPECT_THAT(flags, testing::Contains(testing::HasSubstr("F")));
}

}  // namespace
}  // namespace misproxy::test
