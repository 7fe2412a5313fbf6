// What is no failure, in texts of several forms.
#include <gtest/gtest.h>

#include "support/judged.hpp"

namespace misproxy::test {
namespace {

TEST(Tickets, ASentenceOfATicketIsNoClientsMessage) {
  const auto found = judged(
      "Hello,\n\nthere was an error, the connection timed out for the users.\n\n"
      "10:00:00.000000 IP 10.40.40.1.40000 > 10.9.8.7.3128: Flags [S], seq 1, win 64240, options "
      "[mss 1460], length 0\n"
      "10:00:00.000200 IP 10.9.8.7.3128 > 10.40.40.1.40000: Flags [S.], seq 9, ack 2, win 64240, "
      "options [mss 1460], length 0\n"
      "10:00:00.000300 IP 10.40.40.1.40000 > 10.9.8.7.3128: Flags [.], ack 1, win 502, length 0\n");
  EXPECT_EQ(found.id, "not-enough-evidence") << found.headline;
}

TEST(Tickets, ADownloadOfTheFmcThatWorked) {
  const auto found = judged(
      "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [INFO] Response code: 200\n"
      "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [INFO] Download size in "
      "bytes: 403000\n"
      "Nov 27 10:00:01 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [INFO] Successfully "
      "downloaded\n");
  EXPECT_EQ(found.id, "healthy") << found.headline;
}

/// What worked before makes up for no failure behind it.
TEST(Tickets, ADownloadOfTheFmcThatFailedLater) {
  const auto found = judged(
      "Nov 27 10:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [INFO] Response code: 200\n"
      "Nov 27 11:00:00 fmc SF-IMS[4403]: [4403] CloudAgent:IPReputation [WARN] Could not resolve "
      "proxy: px.a.test\n");
  EXPECT_EQ(found.id, "proxy-name-unresolved") << found.headline;
}

}  // namespace
}  // namespace misproxy::test
