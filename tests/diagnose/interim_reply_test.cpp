// A proxy that announces an answer, or begins one, and gives none.
#include <gtest/gtest.h>

#include "support/judged.hpp"

namespace misproxy::test {
namespace {

constexpr std::string_view kAsked =
    "*   Trying 10.0.0.1:3128...\n"
    "* Connected to 10.0.0.1 (10.0.0.1) port 3128\n"
    "> CONNECT tools.cisco.com:443 HTTP/1.1\n"
    "> Host: tools.cisco.com:443\n"
    "> \n";

TEST(InterimReply, RefusesNothing) {
  const auto found =
      judged(std::string(kAsked) + "< HTTP/1.1 100 Continue\n< \n* Proxy CONNECT aborted\n");
  EXPECT_EQ(found.id, "proxy-closed-without-reply") << found.headline;
  EXPECT_NE(found.headline.find("100 Continue came, which is no final answer"), std::string::npos)
      << found.headline;
}

TEST(InterimReply, IsTakenForTheAnswerByAClient) {
  const auto found = judged(std::string(kAsked) +
                            "< HTTP/1.1 100 Continue\n< \n* CONNECT tunnel failed, response 100\n");
  EXPECT_EQ(found.id, "proxy-answer-unread") << found.headline;
  EXPECT_NE(found.headline.find("100 Continue came, which is no final answer"), std::string::npos)
      << found.headline;
  EXPECT_EQ(found.confidence, diagnose::Confidence::ambiguous);
}

TEST(BrokenReply, IsIncompleteThoughItsStatusIs200) {
  for (const auto* end :
       {"* Proxy CONNECT aborted\n", "* Proxy CONNECT aborted due to timeout\n"}) {
    const auto found =
        judged(std::string(kAsked) + "< HTTP/1.1 200 Connection established\n" + end);
    EXPECT_EQ(found.id, "proxy-reply-incomplete") << found.headline;
  }
}

TEST(BrokenReply, OfAnotherVersionIsNone) {
  const auto found = judged(std::string(kAsked) + "< HTTP/2 200 \n< \n* Proxy CONNECT aborted\n");
  EXPECT_EQ(found.id, "proxy-not-http") << found.headline;
  EXPECT_NE(found.headline.find("HTTP/2"), std::string::npos) << found.headline;
}

TEST(InterimReply, AHeadThatBreaksOffIsShownAsFarAsItCame) {
  const auto found = judged(std::string(kAsked) +
                            "* Received a bad HTTP head in answer to CONNECT: it ends after 5 "
                            "bytes, \"HTTP/\"\n"
                            "* Proxy CONNECT aborted\n");
  EXPECT_EQ(found.id, "proxy-reply-incomplete") << found.headline;
  EXPECT_NE(found.headline.find("5 bytes, \"HTTP/\""), std::string::npos) << found.headline;
}

TEST(LoggedServer, IsNamedWithoutWhatIsSecret) {
  for (const auto* log :
       {"curl: (7) Failed to connect to u:PW99@proxy port 3128 after 2 ms: Connection refused\n",
        "--2026-01-01 10:00:00--  https://tools.cisco.com/\n"
        "Connecting to u:PW99@proxy:3128... failed: Connection refused.\n"}) {
    const auto found = judged(log);
    EXPECT_EQ(found.connection, "connection 1 to proxy:3128");
    EXPECT_EQ(found.headline.find("PW99"), std::string::npos) << found.headline;
    EXPECT_EQ(found.headline.find(":3128:0"), std::string::npos) << found.headline;
  }
}

}  // namespace
}  // namespace misproxy::test
