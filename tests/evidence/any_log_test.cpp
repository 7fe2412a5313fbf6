#include "evidence/any_log.hpp"

#include <gtest/gtest.h>

namespace misproxy::evidence {
namespace {

ClientReport only_report(std::string_view text) {
  const auto reports = read_any_log(text, "log");
  return reports.size() == 1 ? reports.front() : ClientReport{};
}

int status_of(std::string_view text) {
  const auto report = only_report(text);
  if (report.connections.empty() || !report.connections[0].connect_reply) return 0;
  return report.connections[0].connect_reply->status;
}

TEST(AnyLog, ReadsTheAnswerToAConnect) {
  // requests, Java, apt, openssl s_client, git.
  EXPECT_EQ(
      status_of("requests.exceptions.ProxyError: HTTPSConnectionPool(host='tools.cisco.com', "
                "port=443): Max retries exceeded with url: / (Caused by ProxyError('Unable to "
                "connect to proxy', OSError('Tunnel connection failed: 403 Forbidden')))\n"),
      403);
  EXPECT_EQ(status_of("java.io.IOException: Unable to tunnel through proxy. Proxy returns "
                      "\"HTTP/1.1 407 Proxy Authentication Required\"\n"),
            407);
  EXPECT_EQ(status_of("Err:1 https://deb.debian.org Invalid response from proxy: HTTP/1.1 502 Bad "
                      "Gateway\n"),
            502);
  EXPECT_EQ(status_of("s_client: HTTP CONNECT failed: 503 Service Unavailable\n"), 503);
  EXPECT_EQ(
      status_of("fatal: unable to access 'https://x/': Received HTTP code 403 from proxy after "
                "CONNECT\n"),
      403);
}

TEST(AnyLog, TakesNoPortNorAddressForAStatus) {
  EXPECT_EQ(status_of("connecting to proxy 10.10.10.1:443 at 10.0.0.500 timed out\n"), 0);
  EXPECT_EQ(status_of("ack 137, length 558: HTTP: HTTP/1.1 502 Proxy Error\n"), 502);
}

TEST(AnyLog, ReadsHowItFailed) {
  EXPECT_TRUE(only_report("OSError: [Errno 113] No route to host\n").connections.at(0).failed);
  EXPECT_TRUE(only_report("ConnectionRefusedError: [Errno 111] Connection refused\n")
                  .connections.at(0)
                  .failed);
  EXPECT_TRUE(
      only_report("ssl.SSLCertVerificationError: certificate verify failed: certificate has "
                  "expired (_ssl.c:997)\n")
          .connections.at(0)
          .verify_error);
  EXPECT_TRUE(only_report("ConnectionResetError: [Errno 104] Connection reset by peer\n")
                  .connections.at(0)
                  .problem);
  EXPECT_TRUE(only_report("Cannot connect to proxy: [Errno -2] Name or service not known\n")
                  .unresolved_proxy);
}

/// Each entry of a log with times is an event of its own; of one without, the lines belong
/// together.
TEST(AnyLog, AnEntryOfALogIsAnEvent) {
  const auto entries = only_report(
      "2026-11-27 10:00:00 error: dial tcp 10.1.1.1:3128: connect: connection refused\n"
      "2026-11-27 10:05:00 error: dial tcp 10.1.1.1:3128: i/o timeout\n"
      "[4403] CloudAgent:IPReputation [INFO] Response code: 200\n"
      "[4403] CloudAgent:IPReputation [INFO] Response code: 407\n");
  ASSERT_EQ(entries.connections.size(), 4U);
  EXPECT_EQ(entries.connections[0].server, "10.1.1.1");
  EXPECT_EQ(entries.connections[0].port, 3128);
  EXPECT_TRUE(entries.connections[0].may_be_direct);
  EXPECT_EQ(entries.connections[2].response->status, 200);
  EXPECT_EQ(entries.connections[3].response->status, 407);
  const auto together = only_report(
      "Error: connect ECONNREFUSED 10.1.1.1:3128\n    errno: -111,\n    code: 'ECONNREFUSED',\n");
  EXPECT_EQ(together.connections.size(), 1U);
}

TEST(AnyLog, KnowsNothingOfOtherTexts) {
  EXPECT_TRUE(read_any_log("Dear colleague,\nplease find the report of 2026 attached.\n", "letter")
                  .empty());
  EXPECT_TRUE(read_any_log("", "empty").empty());
}

TEST(AnyLog, TakesNoProseAndNoSettingForAMessage) {
  for (const std::string text : {"Dear diary, the connection timed out and I was refused.\n",
                                 "timeout: 30\nconnection_timeout: 5s\n", "timeout-minutes: 10\n",
                                 "1,timeout,3\n", "TimeoutStopSec=5\nRestart=on-abort\n"})
    EXPECT_TRUE(read_any_log(text, "log").empty()) << text;
  for (const std::string text :
       {"2026-11-27 10:00:00 connection timed out\n", "connect: connection timed out\n",
        "[proxy] connection reset by peer\n", "dial tcp 10.0.0.1:80: connection refused\n"})
    EXPECT_FALSE(read_any_log(text, "log").empty()) << text;
}

}  // namespace
}  // namespace misproxy::evidence
