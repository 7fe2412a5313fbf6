// Commands, ends, -w and -I, traces: what stands around the remarks.
#include "evidence/curl_log.hpp"

#include <gmock/gmock.h>

#include <limits>

#include "evidence/logged_head.hpp"
#include "evidence/shell_line.hpp"

namespace misproxy::evidence {
namespace {

using testing::ElementsAre;

std::vector<ClientReport> read(std::string_view text) { return read_curl_log(text, "log"); }

TEST(CurlLog, ACommandKeepsItsQuotedWords) {
  const auto reports = read(
      "[root@fmc ~]# curl -v -sS -x 'http://10.10.10.1:80' --proxy-header \"X A: 1\" https://a\\ "
      "b\n");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_THAT(reports[0].command, ElementsAre("curl", "-v", "-sS", "-x", "http://10.10.10.1:80",
                                              "--proxy-header", "X A: 1", "https://a b"));
  EXPECT_EQ(reports[0].proxy->value, "http://10.10.10.1:80");
  EXPECT_EQ(reports[0].command_at->number, 1U);
}

TEST(CurlLog, ACommandMayGoOnInTheNextLine) {
  const auto reports =
      read("$ curl -v \\\n  -x http://p:80 \\\n  https://a\n* Could not resolve proxy: p\n");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_THAT(reports[0].command, ElementsAre("curl", "-v", "-x", "http://p:80", "https://a"));
  EXPECT_EQ(reports[0].unresolved_proxy->value, "p");
}

TEST(CurlLog, PromptsOfManyShells) {
  EXPECT_TRUE(shell_line("PS C:\\> curl.exe -v https://a"));
  EXPECT_TRUE(shell_line("> curl -v https://a"));
  EXPECT_TRUE(shell_line("root@fmc:/home/admin# sudo /usr/bin/curl -v https://a"));
  EXPECT_TRUE(shell_line("https_proxy=http://p:80 curl https://a"));
  EXPECT_FALSE(shell_line("curl to the proxy fails"));
  EXPECT_FALSE(shell_line("> CONNECT a:443 HTTP/1.1"));
  EXPECT_FALSE(shell_line("10:20:58.9 IP a.1 > b.2: Flags [S]"));
}

TEST(CurlLog, OptionsThatShareAWord) {
  const auto words = shell_words("curl -sSvx http://p:80 --proxy-user=a:b -Uc:d");
  EXPECT_EQ(option_value(words, 'x', "--proxy"), "http://p:80");
  EXPECT_EQ(option_value(words, 'U', "--proxy-user"), "c:d");
  EXPECT_EQ(option_value(words, 'm', "--max-time"), std::nullopt);
}

/// As curl 7.88 tells of an https:// proxy.
TEST(CurlLog, TlsBeforeTheConnectIsTheProxys) {
  const auto reports = read(
      "*   Trying 127.0.0.1:8443...\n* Connected to 127.0.0.1 (127.0.0.1) port 8443 (#0)\n"
      "* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n"
      "* TLSv1.3 (IN), TLS handshake, Server hello (2):\n"
      "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n"
      "* Proxy certificate:\n*  subject: CN=localhost\n*  start date: Nov 27 2026 GMT\n"
      "*  expire date: Feb 25 2027 GMT\n*  issuer: CN=a CA\n*  SSL certificate verify ok.\n"
      "> CONNECT a.test:443 HTTP/1.1\n> Host: a.test:443\n> \n"
      "< HTTP/1.1 200 Connection established\n< \n* CONNECT tunnel established, response 200\n"
      "* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n"
      "* Connection timed out after 4000 milliseconds\n* Closing connection 0\n");
  ASSERT_EQ(reports.size(), 1U);
  const auto& made = reports[0].connections.at(0);
  EXPECT_TRUE(made.tls_to_proxy);
  EXPECT_EQ(made.proxy_tls.size(), 2U);
  EXPECT_EQ(made.tls.size(), 1U);
  EXPECT_FALSE(made.tls_done || made.subject || made.issuer || made.starts || made.expires);
}

TEST(CurlLog, AnExitCodeAloneIsNobodys) {
  EXPECT_TRUE(read("# exit=56\n").empty());
  EXPECT_TRUE(read("exit=0\nprose about curl and a proxy\n* a list\n* Check the proxy\n").empty());
}

TEST(CurlLog, AnEndWithoutVerboseLines) {
  const auto reports = read(
      "Nov 23 fmc SF-IMS[1]: curl: (7) Failed to connect to 10.10.10.1 port 80: "
      "Connection refused\n");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].exit->value, 7);
  EXPECT_EQ(reports[0].connections.at(0).server, "10.10.10.1");
  EXPECT_EQ(reports[0].connections.at(0).port, 80);
  EXPECT_EQ(reports[0].connections.at(0).failed->value, "Connection refused");
}

TEST(CurlLog, TheStatusOfARefusedConnectIsInItsError) {
  const auto reports = read(
      "curl: (56) CONNECT tunnel failed, response 403\n"
      "curl: (56) Received HTTP code 407 from proxy after CONNECT\n");
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[0].connections.at(0).connect_reply->status, 403);
  EXPECT_EQ(reports[1].connections.at(0).connect_reply->status, 407);
}

TEST(CurlLog, WorkBehindAnEndIsAnotherReportOfTheSameCommand) {
  const auto reports = read(
      "$ curl -v -x http://p:80 https://a https://b\n*   Trying 1.2.3.4:80...\n"
      "* Recv failure: Connection reset by peer\n* Closing connection 0\n"
      "curl: (56) Recv failure: Connection reset by peer\n"
      "*   Trying 1.2.3.4:80...\n* Connected to p (1.2.3.4) port 80 (#1)\n"
      "# exit=56\n");
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[1].command, reports[0].command);
  EXPECT_TRUE(reports[1].connections.at(0).connected);
  EXPECT_EQ(reports[1].exit->value, 56);
}

TEST(CurlLog, WrittenValues) {
  const auto reports = read(
      "$ curl -sS -x http://p:80 https://a -w 'x'\n"
      "http_connect=403 http_code=000 exitcode=56 size_download=0\n");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].http_connect->value, 403);
  EXPECT_EQ(reports[0].http_code->value, 0);
  EXPECT_EQ(reports[0].exit->value, 56);
  EXPECT_EQ(read("http_connect: 407\n").at(0).http_connect->value, 407);
}

TEST(CurlLog, WrittenJsonRightBehindABody) {
  const auto reports = read(
      "<b>{\"a\":1}</b>{\"errormsg\":\"CONNECT tunnel failed, response 403\",\"exitcode\":56,"
      "\"http_code\":0,\"http_connect\":403,\"size_download\":0,\"curl_version\":\"libcurl/8.14.1 "
      "OpenSSL/3.5\"}# exit=56\n");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].http_connect->value, 403);
  EXPECT_EQ(reports[0].exit->value, 56);
  EXPECT_EQ(reports[0].version, "8.14.1");
  EXPECT_EQ(reports[0].error->value, "CONNECT tunnel failed, response 403");
}

TEST(CurlLog, HeadsThatDashIPrints) {
  const auto reports = read(
      "admin@fmc:~$ curl -x http://10.10.10.1:80 -I https://tools.cisco.com\n"
      "HTTP/1.1 200 Connection established\r\n\r\n"
      "HTTP/1.1 302 Found\r\nLocation: https://tools.cisco.com/h\r\n\r\n"
      "If you see this: all is well\n");
  ASSERT_EQ(reports.size(), 1U);
  const auto& connection = reports[0].connections.at(0);
  EXPECT_EQ(connection.server, "10.10.10.1");
  EXPECT_TRUE(connection.tunnel);
  EXPECT_EQ(connection.connect_reply->status, 200);
  EXPECT_EQ(connection.response->status, 302);
  EXPECT_EQ(connection.response->headers.size(), 1U);
}

TEST(CurlLog, ARefusalThatDashIPrints) {
  const auto reports = read(
      "$ curl -x http://p:80 -I https://a\nHTTP/1.1 403 Forbidden\r\n"
      "X-Squid-Error: ERR_ACCESS_DENIED 0\r\n\r\n"
      "curl: (56) CONNECT tunnel failed, response 403\n");
  ASSERT_EQ(reports.size(), 1U);
  const auto& connection = reports[0].connections.at(0);
  EXPECT_EQ(connection.connect_reply->status, 403);
  EXPECT_EQ(connection.connect_reply->headers.size(), 1U);
  EXPECT_FALSE(connection.response);
}

TEST(CurlLog, HeadsBetweenTcpdumpsLinesAreNotCurls) {
  EXPECT_TRUE(read("HTTP/1.1 200 Connection established\n"
                   "10:20:59.123456 IP client.54321 > proxy.80: Flags [P.], length 517\n")
                  .empty());
  EXPECT_TRUE(read("10:20:59.123456 IP client.54321 > proxy.80: Flags [P.], length 517\n"
                   "HTTP/1.1 403 Forbidden\nContent-Length: 3\n")
                  .empty());
}

constexpr std::string_view kTraceAscii =
    "13:06:15.722293 == Info:   Trying 127.0.0.1:18123...\n"
    "13:06:15.722544 == Info: Connected to 127.0.0.1 (127.0.0.1) port 18123 (#0)\n"
    "13:06:15.722767 => Send header, 122 bytes (0x7a)\n"
    "0000: CONNECT tools.cisco.com:443 HTTP/1.1\n"
    "0026: Proxy-Authorization: Basic 0123456789012345678901234567890123456\n"
    "0066: 789\n"
    "006b: User-Agent: curl/8.14.1\n"
    "0084: \n"
    "13:06:15.722817 <= Recv header, 24 bytes (0x18)\n"
    "0000: HTTP/1.1 403 Forbidden\n"
    "13:06:15.722833 <= Recv header, 2 bytes (0x2)\n"
    "0000: \n"
    "13:06:15.722837 == Info: CONNECT tunnel failed, response 403\n";

TEST(CurlLog, TraceAsciiJoinsLongLines) {
  const auto reports = read(kTraceAscii);
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].version, "8.14.1");
  const auto& connection = reports[0].connections.at(0);
  ASSERT_TRUE(connection.connect);
  EXPECT_EQ(connection.connect->headers.at(0).second,
            "Basic 0123456789012345678901234567890123456789");
  EXPECT_EQ(connection.connect->where.number, 4U);
  EXPECT_EQ(connection.connect_reply->status, 403);
  EXPECT_EQ(connection.connect_reply->where.number, 10U);
}

TEST(CurlLog, TraceInHexadecimalDigits) {
  const auto reports = read(
      "== Info:   Trying 10.10.10.1:80...\n"
      "<= Recv header, 17 bytes (0x11)\n"
      "0000: 48 54 54 50 2f 31 2e 31 20 34 30 37 20 4e 6f 0d HTTP/1.1 407 No.\n"
      "0010: 0a                                              .\n"
      "<= Recv data, 8 bytes (0x8)\n0000: 68 65 61 6c 74 68 79 0a                         "
      "healthy.\n");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].connections.at(0).connect_reply->status, 407);
  EXPECT_EQ(reports[0].connections.at(0).connect_reply->reason, "No");
}

TEST(CurlLog, StampsAndIdsOfCurl8) {
  const auto reports = read(
      "13:06:15.722293 [0-0] * Host p:80 was resolved.\n"
      "13:06:15.722294 [0-0] *   Trying [2001:db8::1]:80...\n"
      "13:06:15.722295 [0-0] * Connected to p (2001:db8::1) port 80\n"
      "13:06:15.722296 [0-0] > CONNECT a:443 HTTP/1.1\n"
      "13:06:15.722297 [0-0] < HTTP/1.1 502 Bad Gateway\n");
  ASSERT_EQ(reports.size(), 1U);
  ASSERT_EQ(reports[0].connections.size(), 1U);
  EXPECT_EQ(reports[0].connections[0].server, "2001:db8::1");
  EXPECT_EQ(reports[0].connections[0].connect_reply->status, 502);
}

TEST(CurlLog, ARemarkRightBehindABodyWithoutALineEnd) {
  const auto reports = read(
      "*   Trying 1.2.3.4:80...\n> GET http://a/ HTTP/1.1\n> \n< HTTP/1.1 200 OK\n"
      "< \n<html>* ok</html>* transfer closed with 7 bytes remaining to read\n"
      "half a bodycurl: (18) transfer closed with 7 bytes remaining to read\n");
  ASSERT_EQ(reports.size(), 1U);
  EXPECT_EQ(reports[0].bytes_missing->value, 7U);
  EXPECT_EQ(reports[0].exit->value, 18);
}

TEST(ContentLength, IsADecimalNumberOrNothing) {
  const auto told = [](std::string value) {
    return content_length({{"Via", "1.1 proxy"}, {"content-LENGTH", std::move(value)}});
  };
  EXPECT_EQ(told("1440"), 1440);
  EXPECT_EQ(told("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
  for (const auto* const bad : {"", "-1", "+1", "1,440", "1440 bytes", "18446744073709551616"})
    EXPECT_EQ(told(bad), std::nullopt) << bad;
  EXPECT_EQ(content_length({}), std::nullopt);
}

}  // namespace
}  // namespace misproxy::evidence
