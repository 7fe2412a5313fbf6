// What strangers bring: logs of many programs, in many tongues, and no more than their last lines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "evidence/any_log.hpp"
#include "evidence/client_words.hpp"
#include "support/judged.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;
using testing::Contains;
using testing::HasSubstr;

struct StrangersLog {
  const char* name;
  std::string text;
  const char* id;
  Confidence confidence;
};

const std::string kTunnelTold =
    "* Connected to proxy.a.test (10.9.8.7) port 8080 (#0)\n"
    "* Establish HTTP proxy tunnel to b.test:443\n"
    "> CONNECT b.test:443 HTTP/1.1\n> Host: b.test:443\n>\n"
    "< HTTP/1.1 200 Connection established\n<\n* Proxy replied 200 to CONNECT request\n";

const StrangersLog kCases[] = {
    {"docker_names_no_number",
     "Error response from daemon: Get \"https://hub.a.test/v2/\": Proxy Authentication Required\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"go_says_the_reason_alone", "Get \"https://hub.a.test/v2/\": Forbidden\n", "proxy-denied",
     Confidence::ambiguous},
    {"go_names_the_name",
     "Get \"https://hub.a.test/\": proxyconnect tcp: dial tcp: lookup px.a.test on 10.0.0.1:53: "
     "no such host\n",
     "proxy-name-unresolved", Confidence::certain},
    {"go_speaks_tls_with_a_plain_proxy",
     "Get \"https://hub.a.test/\": proxyconnect tcp: tls: first record does not look like a TLS "
     "handshake\n",
     "tls-to-plain-proxy", Confidence::likely},
    {"go_knows_no_such_authority",
     "Get \"https://hub.a.test/\": x509: certificate signed by unknown authority\n",
     "tls-untrusted-ca", Confidence::certain},
    {"node_is_reset_at_its_connect",
     "npm ERR! network tunneling socket could not be established, cause=read ECONNRESET\n",
     "proxy-reset-without-reply", Confidence::likely},
    {"node_says_the_status",
     "npm ERR! network tunneling socket could not be established, statusCode=502\n",
     "proxy-bad-gateway", Confidence::ambiguous},
    {"python_is_closed_at_its_connect",
     "ProxyError: HTTPSConnectionPool(host='b.test', port=443): (Caused by ProxyError('Unable to "
     "connect to proxy', RemoteDisconnected('Remote end closed connection without response')))\n",
     "proxy-closed-without-reply", Confidence::ambiguous},
    {"old_python_calls_it_a_bad_status_line",
     "ProxyError('Cannot connect to proxy.', BadStatusLine(\"''\",))\n",
     "proxy-closed-without-reply", Confidence::ambiguous},
    {"windows_is_refused",
     "Retrying after connection broken by 'ProxyError('Cannot connect to proxy.', "
     "NewConnectionError('[WinError 10061] No connection could be made because the target machine "
     "actively refused it'))'\n",
     "proxy-refused", Confidence::certain},
    {"proxytunnel_prints_both_heads",
     " -> CONNECT 10.1.1.1:22 HTTP/1.1\n -> Host: 10.1.1.1:22\n <- HTTP/1.1 403 Blocked\n",
     "proxy-denied", Confidence::ambiguous},
    {"mitmproxy_tells_of_its_client",
     "127.0.0.1:4: Client TLS handshake failed. The client does not trust the proxy's certificate "
     "for b.test\n",
     "tls-untrusted-ca", Confidence::certain},
    {"a_port_is_no_status",
     "fatal: unable to access 'https://b.test/y.git/': Failed to connect to b.test port 443 after "
     "21045 ms: Timed out\n",
     "proxy-syn-unanswered", Confidence::ambiguous},
    {"a_timeout_that_names_no_proxy",
     "error: failed retrieving file 'core.db' from mirror.a.test : Connection timed out after "
     "10001 milliseconds\n",
     "proxy-syn-unanswered", Confidence::ambiguous},
    {"curls_last_line_of_a_reset", "curl: (35) Recv failure: Connection reset by peer\n",
     "tls-reset", Confidence::ambiguous},
    {"curls_last_line_of_http2",
     "curl: (92) HTTP/2 stream 0 was not closed cleanly: INTERNAL_ERROR\n", "truncated",
     Confidence::ambiguous},
    {"gits_last_line_of_tls",
     "fatal: unable to access 'https://b.test/y.git/': OpenSSL SSL_connect: SSL_ERROR_SYSCALL in "
     "connection to b.test:443\n",
     "tls-closed", Confidence::ambiguous},
    {"gits_last_line_of_an_empty_reply",
     "fatal: unable to access 'https://b.test/y.git/': Empty reply from server\n", "empty-reply",
     Confidence::ambiguous},
    {"dotnet_says_the_status_at_a_sentences_end",
     "HttpRequestException: The proxy tunnel request to proxy 'http://p:8080/' failed with status "
     "code '407'.\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"apt_over_plain_http",
     "Err:1 http://deb.a.test/debian stable InRelease\n  403  Forbidden [IP: 10.1.1.1 3128]\n",
     "plain-http-status", Confidence::ambiguous},
    {"curls_last_line_alone", "curl: (56) Proxy CONNECT aborted\n", "proxy-closed-without-reply",
     Confidence::ambiguous},
    {"old_curl_takes_no_204",
     "* Connected to localhost (::1) port 8080 (#0)\n* Establish HTTP proxy tunnel to b.test:443\n"
     "> CONNECT b.test:443 HTTP/1.1\n>\n< HTTP/1.1 204 No Content\n<\n"
     "* Received HTTP code 204 from proxy after CONNECT\n* CONNECT phase completed!\n"
     "curl: (56) Received HTTP code 204 from proxy after CONNECT\n",
     "proxy-status", Confidence::certain},
    {"curl_with_nss",
     kTunnelTold + "* NSS error -8179 (SEC_ERROR_UNKNOWN_ISSUER)\n"
                   "* Peer's Certificate issuer is not recognized.\n"
                   "curl: (60) Peer's Certificate issuer is not recognized.\n",
     "tls-untrusted-ca", Confidence::certain},
    {"curl_with_schannel",
     kTunnelTold + "* schannel: failed to receive handshake, SSL/TLS connection failed\n"
                   "curl: (35) schannel: failed to receive handshake, SSL/TLS connection failed\n",
     "tls-closed", Confidence::ambiguous},
    {"curl_in_german",
     "*   Trying 10.9.8.7:8080...\n* connect to 10.9.8.7 port 8080 failed: Verbindungsaufbau "
     "abgelehnt\n* Failed to connect to proxy.a.test port 8080 after 3 ms: Couldn't connect to "
     "server\ncurl: (7) Failed to connect to proxy.a.test port 8080 after 3 ms: Couldn't connect "
     "to server\n",
     "proxy-refused", Confidence::certain},
    {"curl_in_a_tongue_that_nobody_knows",
     "*   Trying 10.9.8.7:8080...\n* connect to 10.9.8.7 port 8080 failed: \xE1\x83\x90\xE1\x83\x91"
     "\n* Failed to connect to proxy.a.test port 8080 after 3 ms: Couldn't connect to "
     "server\ncurl: (7) Failed to connect to proxy.a.test port 8080 after 3 ms: Couldn't connect "
     "to server\n",
     "proxy-refused", Confidence::likely},
    {"http_0_9_in_answer_to_a_plain_request",
     "* Connected to 10.9.8.7 (10.9.8.7) port 1080 (#0)\n> GET http://b.test/ HTTP/1.1\n"
     "> Host: b.test\n>\n* Received HTTP/0.9 when not allowed\n"
     "curl: (1) Received HTTP/0.9 when not allowed\n",
     "proxy-not-http", Confidence::likely},
    {"a_stream_of_http2_that_is_broken_off",
     kTunnelTold + "* TLSv1.3 (OUT), TLS handshake, Client hello (1):\n"
                   "* TLSv1.3 (IN), TLS handshake, Server hello (2):\n"
                   "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384\n> GET /big HTTP/2\n>\n"
                   "< HTTP/2 200\n< content-length: 5000\n<\n"
                   "* HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)\n"
                   "curl: (92) HTTP/2 stream 1 was not closed cleanly: INTERNAL_ERROR (err 2)\n",
     "truncated", Confidence::ambiguous},
    {"squids_access_log",
     "1700000000.444      1 10.1.1.1 TCP_DENIED/403 4032 CONNECT b.test:443 - HIER_NONE/- "
     "text/html\n",
     "proxy-denied", Confidence::certain},
    {"squids_access_log_of_a_tunnel_that_failed",
     "1700000000.444   1000 10.1.1.1 NONE_NONE/503 0 CONNECT b.test:443 - HIER_NONE/- -\n",
     "proxy-unavailable", Confidence::certain},
    {"squids_combined_log",
     "10.1.1.1 - - [27/Nov/2026:10:00:00 +0000] \"CONNECT b.test:443 HTTP/1.1\" 407 3900 \"-\" "
     "\"curl/7.88.1\" TCP_DENIED:HIER_NONE\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"nginxs_499_is_the_clients_end",
     "10.1.1.1 - - [01/Feb/2024:10:00:00 +0000] \"CONNECT b.test:443 HTTP/1.1\" 499 0 \"-\" "
     "\"curl/7.88.1\"\n",
     "client-abort", Confidence::likely},
    {"tsharks_lines",
     "    1   0.000000     10.1.1.1 \xE2\x86\x92 10.9.8.7     TCP 74 40000 \xE2\x86\x92 3128 [SYN] "
     "Seq=0 Win=64240 Len=0 MSS=1460 SACK_PERM\n"
     "    2   0.000400     10.9.8.7 \xE2\x86\x92 10.1.1.1     TCP 74 3128 \xE2\x86\x92 40000 [SYN, "
     "ACK] Seq=0 Ack=1 Win=65160 Len=0 MSS=1460 SACK_PERM\n"
     "    3   0.000420     10.1.1.1 \xE2\x86\x92 10.9.8.7     TCP 66 40000 \xE2\x86\x92 3128 [ACK] "
     "Seq=1 Ack=1 Win=64256 Len=0\n"
     "    4   0.000600     10.1.1.1 \xE2\x86\x92 10.9.8.7     HTTP 190 CONNECT b.test:443 HTTP/1.1 "
     "\n"
     "    5   0.101000     10.9.8.7 \xE2\x86\x92 10.1.1.1     HTTP 105 HTTP/1.1 200 Connection "
     "established \n"
     "    6   0.103000     10.1.1.1 \xE2\x86\x92 10.9.8.7     TLSv1 583 Client Hello "
     "(SNI=b.test)\n"
     "    7   0.103500     10.9.8.7 \xE2\x86\x92 10.1.1.1     TCP 54 3128 \xE2\x86\x92 40000 [RST, "
     "ACK] Seq=40 Ack=642 Win=0 Len=0\n",
     "tls-reset", Confidence::likely},
    {"wiresharks_plain_text",
     "No.     Time           Source                Destination           Protocol Length Info\n"
     "      1 0.000000       10.1.1.1              10.9.8.7              TCP      74     40000 > "
     "3128 [SYN] Seq=0 Win=64240 Len=0 MSS=1460\n"
     "      2 1.000000       10.1.1.1              10.9.8.7              TCP      74     [TCP "
     "Retransmission] 40000 > 3128 [SYN] Seq=0 Win=64240 Len=0 MSS=1460\n"
     "      3 3.000000       10.1.1.1              10.9.8.7              TCP      74     [TCP "
     "Retransmission] 40000 > 3128 [SYN] Seq=0 Win=64240 Len=0 MSS=1460\n",
     "proxy-syn-unanswered", Confidence::certain},
};

class Strangers : public testing::TestWithParam<StrangersLog> {};

TEST_P(Strangers, AreToldWhatItWas) {
  const auto found = judged(GetParam().text);
  EXPECT_EQ(found.id, GetParam().id) << found.headline;
  EXPECT_EQ(found.confidence, GetParam().confidence) << found.headline;
}

INSTANTIATE_TEST_SUITE_P(All, Strangers, testing::ValuesIn(kCases),
                         [](const auto& each) { return std::string(each.param.name); });

/// A client that reports failure was not well served, whatever its tongue.
TEST(StrangersWget, InAnotherTongueIsNotHealthy) {
  const auto found = judged(
      "DEBUG output created by Wget 1.21.2 on linux-gnu.\n\n"
      "--2022-04-05 10:08:28--  https://b.test/\n\xE6\xAD\xA3 10.9.8.7:8080... \xE5\xB7\xB2\n"
      "---request begin---\nCONNECT b.test:443 HTTP/1.1\nHost: b.test:443\n\n---request end---\n"
      "proxy responded with: [HTTP/1.1 200 Connection Established\n\n]\nGnuTLS: \n\xE6\x97\xA0\n");
  EXPECT_EQ(found.outcome(), diagnose::Outcome::untold) << found.headline;
  EXPECT_EQ(found.id, "not-enough-evidence");
  const auto bare =
      judged("--2022-04-05 10:08:28--  https://b.test/\n\xE6\xAD\xA3 10.9.8.7\n# exit=4\n");
  EXPECT_THAT(bare.next, Contains(HasSubstr("LC_ALL=C"))) << bare.headline;
}

TEST(StrangersWget, LogsNoClientHello) {
  const auto found = judged(
      "--2024-04-05 10:08:28--  https://b.test/\nConnecting to 10.9.8.7:8080... connected.\n"
      "---request begin---\nCONNECT b.test:443 HTTP/1.1\n\n---request end---\n"
      "proxy responded with: [HTTP/1.1 200 Connection Established\n\n]\n"
      "GnuTLS: The TLS connection was non-properly terminated.\n"
      "Unable to establish SSL connection.\n");
  EXPECT_EQ(found.id, "tls-closed");
  EXPECT_EQ(found.headline.find("before the TLS ClientHello"), std::string::npos) << found.headline;
}

/// Each wording of the table is a sign, in a line that is a message.
TEST(ClientWords, EachIsRead) {
  for (const auto& each : evidence::client_words()) {
    if (each.sign > evidence::Sign::problem) continue;  // the signs of how it failed
    const auto line = "error: " + std::string(each.words) + "\n";
    EXPECT_EQ(evidence::read_any_log(line, "log").size(), 1U) << each.words;
  }
}

}  // namespace
}  // namespace misproxy::test
