#include "support/article_walk.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <stdexcept>

#include "support/virtual_runs.hpp"

namespace misproxy::test {
namespace {

constexpr Ipv4 kFmc = 0x0a282801;      // 10.40.40.1
constexpr Ipv4 kProxyAt = 0x0a0a0a01;  // 10.10.10.1
constexpr Ipv4 kCisco = 0x48a304a1;    // 72.163.4.161

/// Where the article names no message it means what the client asks, inside the tunnel.
bool is_message(const ArticleLine& wanted, const ArticleLine& ours) {
  return wanted.tls.empty() ? ours.tls != "Change Cipher Spec" : wanted.tls == ours.tls;
}

bool is_agent(const ArticleLine& ours) {
  return ours.text == "User-Agent: FMC-Agent" || ours.text.starts_with("User-Agent: curl/");
}

void expect_addresses(const ArticleCaptures& captures, bool reaches_origin) {
  const auto at_client = frames_of(captures.client);
  const auto& syn = at_client.front().packet->packet;
  EXPECT_EQ(syn.source, kFmc);
  EXPECT_EQ(syn.destination, kProxyAt);
  EXPECT_EQ(syn.tcp()->destination_port, 80);
  const auto at_proxy = frames_of(captures.proxy);
  const bool reached = std::any_of(at_proxy.begin(), at_proxy.end(), [](const auto& frame) {
    const auto& packet = frame.packet->packet;
    return packet.source == kProxyAt && packet.destination == kCisco &&
           packet.tcp()->destination_port == 443;
  });
  EXPECT_EQ(reached, reaches_origin);
}

}  // namespace

bool Walk::is(const ArticleLine& wanted, const ArticleLine& ours) {
  if (wanted.text.starts_with("User-Agent: curl/")) return is_agent(ours);
  if (!wanted.is_segment) return wanted.text == ours.text;
  return ours.is_segment && wanted.from == ours.from && wanted.to == ours.to &&
         wanted.flags == ours.flags && is_message(wanted, ours) &&
         (wanted.length > 0) == (ours.length > 0);
}

const ArticleLine& Walk::to(const ArticleLine& wanted) {
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

Played played_of(const std::string& block, const ArticleCaptures& captures, const Unsaid& unsaid,
                 bool reaches_origin) {
  expect_addresses(captures, reaches_origin);
  const auto scale = frames_of(captures.client).front().packet->packet.tcp()->window_scale;
  return {article_block(block), Walk(read_article_lines(article_lines(captures.client)), unsaid),
          scale.value_or(0)};
}

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

void expect_teardown(const std::vector<ArticleLine>& fins, std::uint32_t not_yet_there) {
  ASSERT_EQ(fins.size(), 3U);
  EXPECT_EQ(*fins[1].ack, *fins[0].seq + 1);
  EXPECT_EQ(*fins[1].seq, *fins[0].ack + not_yet_there);
  EXPECT_EQ(*fins[2].ack, *fins[1].seq + 1);
}

void expect_block(Played& played, std::vector<ArticleLine>* fins) {
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

void expect_success(Played played) {
  std::vector<ArticleLine> fins;
  expect_block(played, &fins);
  EXPECT_TRUE(played.walk.over());
  expect_teardown(last_three(played.article), 0);
  expect_teardown(fins, 24);  // the proxy's close_notify (RFC 8446 section 6.1) was on its way
}

void expect_denial(Played played, int times) {
  for (; !played.walk.over(); --times) {
    std::vector<ArticleLine> fins;
    expect_block(played, &fins);
    expect_teardown(fins, 0);
  }
  EXPECT_EQ(times, 0) << "of its attempts are too many, or too few";
}

void expect_time_out(Played played) {
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

void expect_reset_of_large(Played played, double at_once) {
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
  EXPECT_LT(reset.at - sent.at, at_once);  // 123 us in the article
  // What is still under way finds a closed socket, which says so; the client itself says no more.
  while (!played.walk.over()) {
    const auto& line = played.walk.next();
    EXPECT_TRUE(line.from == "proxy" ? line.is_bare_ack() : line.flags == "R") << line.text;
  }
}

void expect_no_200(const std::vector<ArticleLine>& lines) {
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

}  // namespace misproxy::test
