#include "evidence/wget_log.hpp"

#include <gmock/gmock.h>

namespace misproxy::evidence {
namespace {

ClientReport one(std::string_view text) {
  auto reports = read_wget_log(text, "log");
  EXPECT_EQ(reports.size(), 1U);
  return reports.empty() ? ClientReport{} : std::move(reports.front());
}

const std::string kBegun =
    "--2026-11-23 13:06:15--  https://tools.cisco.com/f\nConnecting to 10.10.10.1:80... "
    "connected.\n";

TEST(WgetLog, ARefusedTunnel) {
  const auto report = one(kBegun +
                          "Proxy tunneling failed: ForbiddenUnable to establish SSL connection.\n"
                          "# exit=4\n");
  const auto& made = report.connections.at(0);
  EXPECT_EQ(made.server, "10.10.10.1");
  EXPECT_EQ(made.port, 80);
  EXPECT_EQ(made.connect_reply->status, 403);
  EXPECT_EQ(made.connect_reply->reason, "Forbidden");
  EXPECT_FALSE(made.tunnel);
  EXPECT_EQ(report.exit->value, 4);
  const auto other =
      one(kBegun + "Proxy tunneling failed: FilteredUnable to establish SSL connection.\n");
  EXPECT_EQ(other.connections.at(0).connect_reply->status, 0);
  EXPECT_EQ(other.connections.at(0).connect_reply->reason, "Filtered");
}

TEST(WgetLog, NamesAndTcp) {
  EXPECT_EQ(one("--2026-11-23 13:06:15--  https://a/\nResolving proxy.example.com "
                "(proxy.example.com)... failed: Name or service not known.\n"
                "wget: unable to resolve host address ‘proxy.example.com’\n")
                .unresolved_proxy->value,
            "proxy.example.com");
  const auto refused =
      one("--2026-11-23 13:06:15--  https://a/\nResolving p (p)... 10.10.10.1\n"
          "Connecting to p (p)|10.10.10.1|:8080... failed: Connection refused.\n");
  EXPECT_EQ(refused.connections.at(0).server, "10.10.10.1");
  EXPECT_EQ(refused.connections.at(0).port, 8080);
  EXPECT_EQ(refused.connections.at(0).failed->value, "Connection refused");
}

TEST(WgetLog, TheOriginsStatus) {
  const auto report = one(kBegun +
                          "Proxy request sent, awaiting response... 404 Not Found\n"
                          "2026-11-23 13:06:16 ERROR 404: Not Found.\n\nexit=8\n");
  EXPECT_TRUE(report.connections.at(0).tunnel);
  EXPECT_EQ(report.connections.at(0).response->status, 404);
  EXPECT_EQ(report.http_code->value, 404);
  EXPECT_EQ(report.exit->value, 8);
}

TEST(WgetLog, ServerResponsesOfDashS) {
  const auto report = one(kBegun +
                          "Proxy request sent, awaiting response... \n  HTTP/1.1 200 OK\n"
                          "  Server: nginx\nLength: 8 [text/plain]\n‘f’ saved [8/8]\n");
  EXPECT_EQ(report.bytes_received->value, 8U);
  EXPECT_EQ(report.bytes_expected->value, 8U);
}

TEST(WgetLog, Certificates) {
  const auto gnutls = one(kBegun +
                          "ERROR: The certificate of ‘tools.cisco.com’ is not trusted.\n"
                          "ERROR: The certificate of ‘tools.cisco.com’ has expired.\n");
  EXPECT_THAT(gnutls.connections.at(0).verify_error->value, testing::HasSubstr("expired"));
  EXPECT_TRUE(gnutls.connections.at(0).tunnel);
  const auto openssl =
      one(kBegun +
          "ERROR: cannot verify tools.cisco.com's certificate, issued by ‘CN=Corp’:\n"
          "  Unable to locally verify the issuer's authority.\n"
          "To connect to tools.cisco.com insecurely, use `--no-check-certificate'.\n");
  EXPECT_EQ(openssl.connections.at(0).verify_error->value,
            "Unable to locally verify the issuer's authority.");
}

TEST(WgetLog, ABodyThatEndsEarlyIsRetried) {
  const auto report =
      one(kBegun +
          "Proxy request sent, awaiting response... 200 OK\nLength: 250000 (244K)\n"
          "2026-11-23 13:06:16 (1 MB/s) - Read error at byte 90000/250000 (Connection reset "
          "by peer). Retrying.\n\n--2026-11-23 13:06:17--  (try: 2)  https://tools.cisco.com/f\n"
          "Connecting to 10.10.10.1:80... failed: Connection timed out.\nGiving up.\n");
  EXPECT_EQ(report.bytes_received->value, 90000U);
  EXPECT_EQ(report.bytes_expected->value, 250000U);
  EXPECT_EQ(report.connections.size(), 2U);
}

TEST(WgetLog, TwoRunsAreTwoReports) {
  const auto one_run =
      kBegun + "Proxy request sent, awaiting response... 200 OK\n‘f’ saved [8/8]\n";
  EXPECT_EQ(read_wget_log(one_run + one_run, "log").size(), 2U);
}

TEST(WgetLog, OtherTextsYieldNothing) {
  EXPECT_TRUE(
      read_wget_log("Connecting to the proxy\n# exit=4\nResolving x... failed: y\n", "l").empty());
}

}  // namespace
}  // namespace misproxy::evidence
