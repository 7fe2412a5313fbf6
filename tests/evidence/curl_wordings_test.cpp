// The words of other versions and TLS libraries than the real cases have (FACTS sections 2 and 5).
#include <gmock/gmock.h>

#include "evidence/curl_log.hpp"
#include "evidence/curl_meter.hpp"
#include "evidence/curl_words.hpp"

namespace misproxy::evidence {
namespace {

ClientReport one(std::string_view text) {
  auto reports = read_curl_log(text, "log");
  EXPECT_EQ(reports.size(), 1U) << text;
  return reports.empty() ? ClientReport{} : std::move(reports.front());
}

LoggedConnection connection(std::string_view text) {
  auto report = one(text);
  EXPECT_EQ(report.connections.size(), 1U) << text;
  return report.connections.empty() ? LoggedConnection{} : std::move(report.connections.back());
}

TEST(CurlWordings, OfRedHat7) {
  const auto made = connection(
      "* About to connect() to proxy proxy.example.com port 8080 (#0)\n*   Trying 10.10.10.1...\n"
      "* Connected to proxy.example.com (10.10.10.1) port 8080 (#0)\n"
      "* Establish HTTP proxy tunnel to a:443\n* Server auth using Basic with user 'proxyuser'\n"
      "> CONNECT a:443 HTTP/1.1\r\n> User-Agent: curl/7.29.0\r\n> \r\n"
      "< HTTP/1.1 407 Proxy Authentication Required\r\n< \r\n"
      "* Received HTTP code 407 from proxy after CONNECT\n* CONNECT phase completed!\n"
      "* Connection #0 to host proxy.example.com left intact\n"
      "curl: (56) Received HTTP code 407 from proxy after CONNECT\n");
  EXPECT_EQ(made.server, "10.10.10.1");
  EXPECT_EQ(made.port, 8080);
  EXPECT_TRUE(made.connected);
  EXPECT_EQ(made.server_auth->value, "Basic");
  EXPECT_EQ(made.connect_reply->status, 407);
  EXPECT_FALSE(made.tunnel);
}

TEST(CurlWordings, RefusedInOldAndNewWords) {
  EXPECT_EQ(connection("* Failed connect to 10.10.10.1:80; Connection refused\n"
                       "curl: (7) Failed connect to 10.10.10.1:80; Connection refused\n")
                .failed->value,
            "Connection refused");
  EXPECT_EQ(
      connection(
          "*   Trying 10.10.10.1:80...\n"
          "* connect to 10.10.10.1 port 80 from 10.40.40.1 port 48584 failed: Connection refused\n"
          "* Failed to connect to a port 443 over proxy 10.10.10.1 port 80 after 0 ms: "
          "Could not connect to server\n")
          .failed->value,
      "Connection refused");
  const auto ancient = connection(
      "* About to connect() to proxy 10.10.10.1 port 80 (#0)\n"
      "*   Trying 10.10.10.1... Connection refused\n");
  EXPECT_EQ(ancient.failed->value, "Connection refused");
  EXPECT_EQ(ancient.port, 80);
}

TEST(CurlWordings, TwoAddressesOfOneName) {
  const auto report =
      one("* Host p:80 was resolved.\n*   Trying [2001:db8::1]:80...\n"
          "* Immediate connect fail for 2001:db8::1: Network is unreachable\n"
          "*   Trying 10.10.10.1:80...\n"
          "* Established connection to p (10.10.10.1 port 80) from 10.40.40.1 port 4 \n");
  ASSERT_EQ(report.connections.size(), 2U);
  EXPECT_EQ(report.connections[0].failed->value, "Network is unreachable");
  EXPECT_TRUE(report.connections[1].connected);
  EXPECT_EQ(report.connections[1].port, 80);
}

TEST(CurlWordings, TunnelsOfManyVersions) {
  const std::string begin = "*   Trying 1.2.3.4:80...\n> CONNECT a:443 HTTP/1.1\n> \n";
  const std::string reply = "< HTTP/1.1 200 OK\n< \n";
  for (const std::string words :
       {"* Proxy replied OK to CONNECT request\n", "* Proxy replied 200 to CONNECT request\n",
        "* CONNECT phase completed!\n", "* CONNECT tunnel established, response 200\n"}) {
    EXPECT_TRUE(connection(begin + reply + words).tunnel) << words;
  }
  EXPECT_FALSE(connection(begin + "* Proxy replied 403 to CONNECT request\n").tunnel);
  EXPECT_EQ(connection(begin + "* Proxy replied 403 to CONNECT request\n").connect_reply->status,
            403);
  EXPECT_FALSE(connection(begin + "* CONNECT tunnel failed, response 0\n").connect_reply);
}

TEST(CurlWordings, AnAnswerOtherThanHttp) {
  const auto made = connection(
      "*   Trying 1.2.3.4:80...\n* Establishing HTTP proxy tunnel to a:443\n"
      "> CONNECT a:443 HTTP/1.1\n> \n< ICY 200 OK\n");
  EXPECT_EQ(made.not_http->value, "ICY 200 OK");
  EXPECT_FALSE(made.connect_reply);
}

TEST(CurlWordings, OneHundredIsNoFinalReply) {
  const auto made = connection(
      "*   Trying 1.2.3.4:80...\n> CONNECT a:443 HTTP/1.1\n> \n"
      "< HTTP/1.1 100 Continue\n< \n* Closing connection 0\n");
  EXPECT_FALSE(made.connect_reply);
  EXPECT_EQ(made.earlier_replies.size(), 1U);
}

TEST(CurlWordings, OneHundredOnWhichTheTunnelFailedIsTheReply) {
  const auto made = connection(
      "*   Trying 1.2.3.4:80...\n> CONNECT a:443 HTTP/1.1\n> \n"
      "< HTTP/1.1 100 Continue\n< Server: s\n< \n* CONNECT tunnel failed, response 100\n");
  ASSERT_TRUE(made.connect_reply);
  EXPECT_EQ(made.connect_reply->status, 100);
  EXPECT_EQ(made.connect_reply->headers.size(), 1U);
  EXPECT_TRUE(made.earlier_replies.empty());
  const auto bare = connection("*   Trying 1.2.3.4:80...\n* CONNECT tunnel failed, response 102\n");
  ASSERT_TRUE(bare.connect_reply);
  EXPECT_EQ(bare.connect_reply->status, 102);
}

TEST(CurlWordings, WhatIsNoHttpInAnswerToAConnect) {
  const std::string asked = "*   Trying 1.2.3.4:80...\n> CONNECT a:443 HTTP/1.1\n> \n";
  const std::string words = "Received HTTP/0.9 or something else in answer to CONNECT";
  const auto made = connection(asked + "* " + words + "\n");
  ASSERT_TRUE(made.not_http);
  EXPECT_EQ(made.not_http->value, words);
  EXPECT_EQ(made.not_http->where.number, 4U);
  const auto up = asked + "< HTTP/1.1 200 OK\n< \n> GET / HTTP/1.1\n> \n* Received HTTP/0.9\n";
  EXPECT_FALSE(connection(up).not_http);
  const std::string plain = "*   Trying 1.2.3.4:80...\n> GET http://a/ HTTP/1.1\n> \n* ";
  EXPECT_TRUE(connection(plain + words + "\n").not_http) << "or the origin's, if it passed that on";
}

TEST(CurlWordings, DigestOnOneConnection) {
  const auto made = connection(
      "*   Trying 1.2.3.4:80...\n> CONNECT a:443 HTTP/1.1\n> \n"
      "< HTTP/1.1 407 Proxy Authentication Required\n< Proxy-Authenticate: Digest realm=\"r\"\n< \n"
      "* Proxy auth using Digest with user 'u'\n> CONNECT a:443 HTTP/1.1\n"
      "> Proxy-Authorization: Digest username=\"u\"\n> \n< HTTP/1.1 200 OK\n< \n"
      "> GET / HTTP/1.1\n> Host: a\n> \n< HTTP/2 407 \n< \n");
  EXPECT_EQ(made.earlier_replies.at(0).status, 407);
  EXPECT_EQ(made.earlier_replies.at(0).headers.at(0).second, "Digest realm=\"r\"");
  EXPECT_EQ(made.connect_reply->status, 200);
  EXPECT_EQ(made.response->status, 407);
  EXPECT_EQ(made.response->version, "HTTP/2");
}

TEST(CurlWordings, Timeouts) {
  EXPECT_EQ(
      one("*   Trying 1.2.3.4:80...\n* Connection timeout after 3000 ms\n").timed_out_after->value,
      std::chrono::seconds(3));
  EXPECT_EQ(
      one("curl: (28) Failed to connect to 1.2.3.4 port 80 after 2002 ms: Timeout was reached\n")
          .timed_out_after->value,
      std::chrono::milliseconds(2002));
  EXPECT_EQ(one("curl: (28) Resolving timed out after 5000 milliseconds\n").timed_out_after->value,
            std::chrono::seconds(5));
  EXPECT_EQ(one("* Could not resolve host: a (Timeout while contacting DNS servers)\n")
                .unresolved_host->value,
            "a");
  EXPECT_EQ(one("curl: (5) Couldn't resolve proxy 'p'\n").unresolved_proxy->value, "p");
}

TEST(CurlWordings, OtherTlsLibraries) {
  EXPECT_EQ(verify_error("server certificate verification failed. CAfile: none CRLfile: none"),
            "server certificate verification failed. CAfile: none CRLfile: none");
  EXPECT_TRUE(verify_error("schannel: SEC_E_UNTRUSTED_ROOT (0x80090325) - no trust"));
  EXPECT_FALSE(verify_error("schannel: disabled automatic use of client certificate"));
  EXPECT_TRUE(
      is_problem("gnutls_handshake() failed: The TLS connection was non-properly terminated."));
  EXPECT_FALSE(is_problem("schannel: disabled automatic use of client certificate"));
  EXPECT_FALSE(is_problem("server certificate verification SKIPPED"));
}

TEST(CurlWordings, Alerts) {
  EXPECT_EQ(read_tls_message("TLSv1.3 (OUT), TLS alert, unknown CA (560):")->code, 48);
  EXPECT_EQ(read_tls_message("TLSv1.3 (IN), TLS alert, close notify (0):")->code, 0);
  const auto old = read_tls_message("TLSv1.2 (IN), TLS alert, Server hello (2):");
  EXPECT_EQ(old->code, -1);
  EXPECT_EQ(old->kind, LoggedTls::Kind::alert);
  EXPECT_FALSE(read_tls_message("TLSv1.2 (IN), TLS header, Certificate Status (22):"));
  EXPECT_FALSE(read_tls_message("TLSv1.3 (IN), TLS app data, [no content] (0):"));
  EXPECT_EQ(read_tls_message("SSLv3 (OUT), TLS handshake, Client hello (1):")->code, 1);
}

TEST(CurlWordings, AFarewellIntoAClosedSocketIsNoCause) {
  const auto made = connection(
      "*   Trying 1.2.3.4:80...\n* Connected to p (1.2.3.4) port 80\n"
      "* Recv failure: Connection reset by peer\n* closing connection #0\n"
      "* Send failure: Broken pipe\n");
  EXPECT_EQ(made.problem->value, "Recv failure: Connection reset by peer");
}

TEST(CurlMeter, Columns) {
  const auto meter = read_meter(
      " 46  390k   46  179k    0     0  13575      0  0:00:29  0:00:13  0:00:16     0* Operation");
  ASSERT_TRUE(meter);
  EXPECT_EQ(meter->total, 390U * 1024);
  EXPECT_EQ(meter->received, 179U * 1024);
  EXPECT_TRUE(
      read_meter("  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0"));
  EXPECT_TRUE(
      read_meter("100 1.2G  100 1.2G    0     0  5.5M      0 12d 03h  0:03:41 --:--:-- 5.6M"));
  EXPECT_FALSE(read_meter("* Trying"));
  EXPECT_FALSE(read_meter("10:20:58.987654 IP a.1 > b.2: Flags [S]"));
}

}  // namespace
}  // namespace misproxy::evidence
