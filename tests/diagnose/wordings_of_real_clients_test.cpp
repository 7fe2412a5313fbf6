// What Debian 12's clients said when a proxy of ours did them wrong; and what appliances say.
#include "support/wording.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;

const std::string kApt = "Err:1 https://deb.a.test stable InRelease\n  ";

const Wording kReal[] = {
    {"apt_reads_no_reply",
     kApt +
         "Reading from proxy failed - read (115: Operation now in progress) [IP: 10.9.8.7 3128]\n",
     "proxy-closed-without-reply", Confidence::ambiguous},
    {"apt_is_reset_in_tls",
     kApt + "Error reading from server - read (5: Input/output error) [IP: 10.9.8.7 3128]\n",
     "reset-mid-transfer", Confidence::ambiguous},
    {"apt_goes_in_circles", kApt + "Redirection loop encountered\n", "redirect-loop",
     Confidence::ambiguous},
    {"apt_takes_no_204", kApt + "Invalid response from proxy: HTTP/1.1 204 No Content\n",
     "proxy-status", Confidence::ambiguous},
    {"apt_has_another_name",
     "Err:1 http://deb.a.test stable InRelease\n"
     "  Temporary failure resolving 'deb.a.test'\n",
     "host-name-unresolved", Confidence::certain},
    {"maven_has_another_name",
     "Could not transfer artifact x:pom:1 from/to central (https://m.a.test/maven2): px.a.test: "
     "Name or service not known: Unknown host px.a.test -> [Help 1]\n",
     "proxy-name-unresolved", Confidence::likely},
    {"npm_has_another_name",
     "npm ERR! request to https://r.a.test/x failed, reason: getaddrinfo ENOTFOUND px.a.test\n",
     "proxy-name-unresolved", Confidence::likely},
    {"git_gnutls_version",
     "fatal: unable to access 'https://b.test/': gnutls_handshake() failed: Error in protocol "
     "version\n",
     "tls-version", Confidence::certain},
    {"git_wrong_host",
     "fatal: unable to access 'https://b.test/': SSL: certificate subject name (x.invalid) does "
     "not "
     "match target host name 'b.test'\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"git_goes_in_circles",
     "fatal: unable to access 'https://b.test/': Maximum (20) redirects followed\n",
     "redirect-loop", Confidence::ambiguous},
    {"git_cannot_connect",
     "fatal: unable to access 'https://b.test/': Failed to connect to 10.9.8.7 port 3128 after 0 "
     "ms: Couldn't connect to server\n",
     "proxy-refused", Confidence::likely},
    {"curl_in_php_is_short",
     "error: curl 18: transfer closed with 200000 bytes remaining to read\n", "truncated",
     Confidence::ambiguous},
    {"lwp_wrong_host", "500 SSL upgrade failed: hostname verification failed\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"lwp_504", "500 establishing SSL tunnel failed: 504 Gateway Timeout\n",
     "proxy-gateway-timeout", Confidence::ambiguous},
    {"lwp_waits", "500 read timeout at /usr/share/perl5/Net/HTTP/Methods.pm line 274.\n",
     "response-stall", Confidence::ambiguous},
    {"lwp_407", "GET https://b.test/\n407 Proxy Authentication Required\n", "proxy-auth-missing",
     Confidence::ambiguous},
    {"ruby_504", "Net::HTTPFatalError: 504 \"Gateway Timeout\"\n", "proxy-gateway-timeout",
     Confidence::ambiguous},
    {"ruby_502", "net/http/response.rb:405:in `value': 502 \"Bad Gateway\" (Net::HTTPFatalError)\n",
     "proxy-bad-gateway", Confidence::ambiguous},
    {"ruby_garbage", "Net::HTTPBadResponse: wrong status line: \"<html><body>Hi</body></html>\"\n",
     "proxy-not-http", Confidence::ambiguous},
    {"ruby_goes_in_circles", "error: RuntimeError: HTTP redirection loop: https://b.test/\n",
     "redirect-loop", Confidence::ambiguous},
    {"python_garbage", "http.client.BadStatusLine: SSH-2.0-OpenSSH_9.2p1\n", "proxy-not-http",
     Confidence::ambiguous},
    {"python_nothing", "http.client.BadStatusLine: ''\n", "empty-reply", Confidence::ambiguous},
    {"python_goes_in_circles",
     "urllib.error.HTTPError: HTTP Error 302: The HTTP server returned a redirect error that would "
     "lead to an infinite loop.\n",
     "redirect-loop", Confidence::ambiguous},
    {"python_204", "OSError('Tunnel connection failed: 204 No Content')\n", "proxy-status",
     Confidence::ambiguous},
    {"asyncio_number", "OSError: [Errno 111] Connect call failed ('10.9.8.7', 3128)\n",
     "proxy-refused", Confidence::likely},
    {"java_garbage", "java.net.ProtocolException: Invalid status line: \"SSH-2.0-OpenSSH_9.2p1\"\n",
     "proxy-not-http", Confidence::ambiguous},
    {"java_short", "java.io.IOException: fixed content-length: 300000, bytes received: 81920\n",
     "truncated", Confidence::ambiguous},
    {"java_says_no_more", "java.net.ConnectException: null\n", "proxy-refused",
     Confidence::ambiguous},
    {"java_is_cut_off",
     "java.io.IOException: parsing HTTP/1.1 status line, receiving [], parser state "
     "[STATUS_LINE_END_CR]\n",
     "empty-reply", Confidence::ambiguous},
    {"java_204", "java.io.IOException: Tunnel failed, got: 204\n", "proxy-status",
     Confidence::ambiguous},
    {"go_garbage", "Get \"https://b.test/\": malformed HTTP status code \"Debian-2\"\n",
     "proxy-not-http", Confidence::ambiguous},
    {"go_is_redirected", "Get \"https://b.test/\": Found\n", "proxy-redirected",
     Confidence::ambiguous},
    {"go_in_quotes",
     "err=\"failed to do request: Head \\\"https://b.test/v2/\\\": Service Unavailable\"\n",
     "proxy-unavailable", Confidence::ambiguous},
    {"openssl_garbage", "s_client: HTTP CONNECT failed, non-HTTP response\n", "proxy-not-http",
     Confidence::certain},
    {"openssl_517", "s_client: HTTP CONNECT failed, reason= 517 Peer Certificate Revoked\n",
     "proxy-status", Confidence::ambiguous},
    {"node_hangs_up", "error: ECONNRESET: socket hang up\n", "empty-reply", Confidence::ambiguous},
    {"aria_eof", "Exception: [HttpConnection.cc:1] errorCode=1 Got EOF from the server.\n",
     "empty-reply", Confidence::ambiguous},
    {"aria_alert",
     "  -> [SocketCore.cc:1018] errorCode=1 SSL/TLS handshake failure: A TLS fatal alert has been "
     "received.\n",
     "tls-alert", Confidence::ambiguous},
    {"aria_untrusted",
     "  -> [SocketCore.cc:1018] errorCode=1 SSL/TLS handshake failure:  `not signed by known "
     "authorities or invalid' `issuer is not known'\n",
     "tls-untrusted-ca", Confidence::certain},
    {"aria_wrong_host",
     "  -> [SocketCore.cc:1018] errorCode=1 SSL/TLS handshake failure: hostname does not match\n",
     "tls-cert-wrong-host", Confidence::certain},
    {"aria_503",
     "  -> [HttpSkipResponseCommand.cc:1] errorCode=29 The response status is not successful. "
     "status=503\n",
     "proxy-unavailable", Confidence::ambiguous},
    {"fmc_names_its_proxy",
     "Mar  1 10:11:12 fmc1 SF-IMS[9999]: [10001] CloudAgent:CloudAgent [INFO] URL filtering "
     "lookup: "
     "Couldn't connect to server via proxy 10.9.8.7:80\n",
     "proxy-refused", Confidence::ambiguous},
    {"wget_reads_no_reply",
     "--2026-11-28 14:54:22--  https://b.test/\nConnecting to 10.9.8.7:3128... connected.\nFailed "
     "reading proxy response: Success\nGiving up.\n\n",
     "proxy-closed-without-reply", Confidence::certain},
    {"wget_is_reset",
     "--2026-11-28 14:54:22--  https://b.test/\nConnecting to 10.9.8.7:3128... connected.\nFailed "
     "reading proxy response: Connection reset by peer\nGiving up.\n\n",
     "proxy-reset-without-reply", Confidence::likely},
    {"wget_garbage",
     "--2026-11-28 14:54:22--  https://b.test/\nConnecting to 10.9.8.7:3128... connected.\nProxy "
     "tunneling failed: ?Unable to establish SSL connection.\n",
     "proxy-not-http", Confidence::certain},
    {"wget_is_redirected",
     "--2026-11-28 14:54:22--  https://b.test/\nConnecting to 10.9.8.7:3128... connected.\nProxy "
     "tunneling failed: FoundUnable to establish SSL connection.\n",
     "proxy-redirected", Confidence::ambiguous},
    {"wget_prints_the_head",
     "--2026-11-28 15:00:14--  https://b.test/\nConnecting to 10.9.8.7:3128... connected.\n"
     "Proxy request sent, awaiting response... \n  HTTP/1.1 503 Service Unavailable\n"
     "  Retry-After: 600\n2026-11-28 15:00:14 ERROR 503: Service Unavailable.\n\n",
     "origin-status", Confidence::certain},
    {"wget_is_stopped",
     "--2024-09-05 12:15:41--  http://b.test/\nConnecting to 10.9.8.7:3128... connected.\n"
     "Proxy request sent, awaiting response... \n\n^C\n",
     "client-abort", Confidence::ambiguous},
    {"wget_is_stopped_early",
     "--2024-09-05 12:15:41--  https://b.test/\nConnecting to 10.9.8.7:3128... connected.\n^C\n",
     "client-abort", Confidence::ambiguous},
};

using RealWordings = Wordings;

TEST_P(RealWordings, AreToldWhatTheyMean) { expect_right(); }

INSTANTIATE_TEST_SUITE_P(All, RealWordings, testing::ValuesIn(kReal), name_of);

}  // namespace
}  // namespace misproxy::test
