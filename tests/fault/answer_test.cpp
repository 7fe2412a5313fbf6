#include "fault/answer.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

Answer raw(std::string bytes, std::vector<LaterBytes> more = {}) {
  Answer answer;
  answer.raw = std::move(bytes);
  answer.more = std::move(more);
  return answer;
}

TEST(Answer, AHeaderMayBeFolded) {
  for (const auto* good : {"Name: value", "Name: a\r\n b", "Name: a\r\n\tb\r\n c", "Name:"})
    EXPECT_TRUE(Answer::all_are_fields({good})) << good;
  for (const auto* bad : {"Name: a\r\nOther: b", "Name: a\n b", "Name: a\r b", "Name: a\r\n",
                          "Name", "Na me: x", ": x"})
    EXPECT_FALSE(Answer::all_are_fields({bad})) << bad;
  Answer answer;
  answer.status = 200;
  answer.headers = {"X-Long: one\r\n two"};
  EXPECT_EQ(answer.wire(true, true), "HTTP/1.1 200 OK\r\nX-Long: one\r\n two\r\n\r\n");
}

TEST(Answer, A2xxBehindA1xxIsASuccessToo) {
  constexpr auto kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  EXPECT_TRUE(raw("HTTP/1.1 200 OK\r\n\r\n").is_success());
  EXPECT_TRUE(raw("HTTP/1.0 299 \r\nX: y\r\n\r\n").is_success());
  EXPECT_TRUE(raw(std::string(kContinue) + "HTTP/1.1 200 OK\r\n\r\n").is_success());
  EXPECT_TRUE(raw(kContinue, {{{}, "HTTP/1.1 20"}, {{}, "0 OK\r\n\r\n"}}).is_success());
  EXPECT_FALSE(raw(kContinue, {{{}, "HTTP/1.1 503 Busy\r\n\r\n"}}).is_success());
  EXPECT_FALSE(raw(kContinue).is_success());
  EXPECT_FALSE(raw("ICY 200 OK\r\n\r\n").is_success());
  EXPECT_FALSE(raw("HTTP/1.1 101 Switching Protocols\r\n\r\nHTTP/1.1 200 OK\r\n\r\n").is_success());
  auto silent = raw("HTTP/1.1 200 OK\r\n");
  silent.silent = true;
  EXPECT_FALSE(silent.is_success()) << "half a head, and then nothing: no tunnel";
}

TEST(Answer, KnowsWhatItsStatusDemandsBehindA1xx) {
  EXPECT_TRUE(raw("HTTP/1.1 103 Early Hints\r\nProxy-Authenticate: Basic\r\n\r\n"
                  "HTTP/1.1 407 No\r\n\r\n")
                  .lacks());
  EXPECT_FALSE(raw("HTTP/1.1 407 No\r\n", {{{}, "Proxy-Authenticate: Basic\r\n\r\n"}}).lacks());
}

}  // namespace
}  // namespace misproxy
