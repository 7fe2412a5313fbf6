#include "evidence/proxy_log.hpp"

#include <gtest/gtest.h>

#include "support/judged.hpp"

namespace misproxy::evidence {
namespace {

LoggedConnection only_connection(std::string_view line) {
  const auto reports = read_proxy_log(line, "log");
  if (reports.size() != 1 || reports[0].connections.size() != 1) return {};
  return reports[0].connections[0];
}

TEST(ProxyLog, TellsOfWhatIsBehindTheProxy) {
  const auto nginx = only_connection(
      "2026/11/27 10:00:00 [error] 12#12: *1 connect() failed (111: Connection refused) while "
      "connecting to upstream, client: 10.0.0.5, server: px, request: \"GET / HTTP/1.1\", "
      "upstream: \"http://198.51.100.7:8080/\", host: \"b.test\"\n");
  EXPECT_TRUE(nginx.upstream);
  EXPECT_EQ(nginx.server, "198.51.100.7");
  EXPECT_EQ(nginx.port, 8080);
  EXPECT_TRUE(nginx.failed);
  const auto squid =
      only_connection("2026/11/27 10:00:05 kid1| TCP connection to parent.a.test/3128 failed\n");
  EXPECT_EQ(squid.server, "parent.a.test");
  EXPECT_EQ(squid.port, 3128);
}

TEST(ProxyLog, TellsWhomTheProxyTurnedAway) {
  const auto denied = only_connection(
      "NOTICE    Nov 27 10:00:00 [12]: Proxying refused on filtered domain \"b.test\"\n");
  EXPECT_FALSE(denied.upstream);
  ASSERT_TRUE(denied.connect_reply);
  EXPECT_EQ(denied.connect_reply->status, 403);
  EXPECT_EQ(denied.connect->target, "b.test");
}

TEST(ProxyLog, ItsOrdinaryLinesAreNoFailure) {
  const auto found = test::judged(
      "2026/11/27 10:00:00| Starting Squid Cache version 5.7 for x86_64-pc-linux-gnu...\n"
      "2026/11/27 10:00:01| With 1024 file descriptors available\n");
  EXPECT_EQ(found.id, "not-enough-evidence");
}

/// The client's log tells what it met, the proxy's why.
TEST(ProxyLog, IsTheCauseBesideTheClientsLog) {
  auto read = diagnose::read_evidence(
      {{"curl.log",
        "* Connected to 10.9.8.7 (10.9.8.7) port 3128 (#0)\n> CONNECT b.test:443 HTTP/1.1\n"
        "> Host: b.test:443\n>\n< HTTP/1.1 503 Service Unavailable\n<\n"
        "curl: (56) CONNECT tunnel failed, response 503\n"},
       {"cache.log",
        "2026/11/27 10:00:05 kid1| conn5 local=10.9.8.7:40000 remote=198.51.100.7:443 FD 14 "
        "flags=1: connect failure: (111) Connection refused\n"}},
      nullptr);
  ASSERT_TRUE(std::holds_alternative<diagnose::Observations>(read));
  const auto found = diagnose::diagnose(std::get<diagnose::Observations>(std::move(read))).incident;
  EXPECT_EQ(found.id, "proxy-unavailable");
  EXPECT_NE(found.headline.find("behind it: The proxy gets no connection to the origin "
                                "198.51.100.7:443"),
            std::string::npos)
      << found.headline;
}

}  // namespace
}  // namespace misproxy::evidence
