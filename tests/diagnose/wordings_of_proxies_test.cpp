// What proxies write beside their access logs: squid, tinyproxy, nginx, Apache.
#include "support/wording.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;

const Wording kProxies[] = {
    {"sq_connfail",
     "2026/11/27 10:00:00| Starting Squid Cache version 5.7 for x86_64-pc-linux-gnu...\n"
     "2026/11/27 10:00:01| Accepting HTTP Socket connections at conn2 local=[::]:3128 remote=[::] "
     "FD 12 flags=9\n"
     "2026/11/27 10:00:05 kid1| conn5 local=10.9.8.7:40000 remote=198.51.100.7:443 FD 14 flags=1: "
     "connect failure: (111) Connection refused\n",
     "origin-unreachable", Confidence::certain},
    {"sq_peer",
     "2026/11/27 10:00:05 kid1| TCP connection to parent.a.test/3128 failed\n"
     "    current master transaction: master54\n"
     "2026/11/27 10:00:05 kid1| Detected DEAD Parent: parent.a.test\n",
     "origin-unreachable", Confidence::certain},
    {"sq_dns",
     "2026/11/27 10:00:05 kid1| ipcacheParse No Address records in response to 'b.test'\n",
     "origin-unreachable", Confidence::certain},
    {"sq_dnsfail", "2026/11/27 10:00:05 kid1| Adding nameserver 192.0.2.53 from /etc/resolv.conf\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"sq_fatal", "2026/11/27 10:00:05| FATAL: Cannot open HTTP Port\n", "not-enough-evidence",
     Confidence::ambiguous},
    {"sq_bump",
     "2026/11/27 10:00:05 kid1| Error negotiating SSL connection on FD 12: error:0A000418:SSL "
     "routines::tlsv1 alert unknown ca (1/0)\n",
     "tls-untrusted-ca", Confidence::certain},
    {"sq_bump5",
     "2026/11/27 10:00:05 kid1| ERROR: failure while accepting a TLS connection on conn21 "
     "local=10.9.8.7:3129 remote=10.0.0.5:51000 FD 12 flags=1: 0x55d4403*1\n"
     "    current master transaction: master54\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"sq_bumporigin",
     "2026/11/27 10:00:05 kid1| ERROR: negotiating TLS on FD 20: error:0A000086:SSL "
     "routines::certificate verify failed (1/-1/0)\n",
     "tls-cert-refused", Confidence::likely},
    {"sq_forgery",
     "2026/11/27 10:00:05 kid1| SECURITY ALERT: Host header forgery detected on "
     "local=198.51.100.7:443 remote=10.0.0.5:40000 FD 12 flags=33 (local IP does not match any "
     "domain IP)\n"
     "2026/11/27 10:00:05 kid1| SECURITY ALERT: on URL: b.test:443\n",
     "proxy-status", Confidence::certain},
    {"sq_fd", "2026/11/27 10:00:05 kid1| WARNING! Your cache is running out of filedescriptors\n",
     "proxy-unavailable", Confidence::certain},
    {"tp_refused",
     "CONNECT   Nov 27 10:00:00.403 [1234]: Connect (file descriptor 5): 10.0.0.5\n"
     "CONNECT   Nov 27 10:00:00.404 [1234]: Request (file descriptor 5): CONNECT b.test:443 "
     "HTTP/1.1\n"
     "INFO      Nov 27 10:00:00.404 [1234]: No upstream proxy for b.test\n"
     "INFO      Nov 27 10:00:00.404 [1234]: opensock: opening connection to b.test:443\n"
     "INFO      Nov 27 10:00:00.404 [1234]: opensock: getaddrinfo returned for b.test:443\n"
     "ERROR     Nov 27 10:00:00.405 [1234]: opensock: Could not establish a connection to "
     "b.test:443\n"
     "INFO      Nov 27 10:00:00.405 [1234]: no entity\n",
     "origin-unreachable", Confidence::certain},
    {"tp_dns",
     "CONNECT   Nov 27 10:00:00 [1234]: Connect (file descriptor 5): 10.0.0.5 [10.0.0.5]\n"
     "CONNECT   Nov 27 10:00:00 [1234]: Request (file descriptor 5): CONNECT b.test:443 HTTP/1.1\n"
     "ERROR     Nov 27 10:00:00 [1234]: opensock: Could not retrieve info for b.test: Name or "
     "service not known\n",
     "origin-unreachable", Confidence::certain},
    {"tp_dns2",
     "ERROR     Nov 27 10:00:00.404 [1234]: opensock: Could not retrieve address info for "
     "b.test:443: Name or service not known\n",
     "origin-unreachable", Confidence::certain},
    {"tp_acl",
     "CONNECT   Nov 27 10:00:00 [1234]: Connect (file descriptor 5): 10.0.0.5 [10.0.0.5]\n"
     "NOTICE    Nov 27 10:00:00 [1234]: Unauthorized connection from \"10.0.0.5\" [10.0.0.5].\n",
     "proxy-denied", Confidence::certain},
    {"tp_filter",
     "CONNECT   Nov 27 10:00:00 [1234]: Request (file descriptor 5): CONNECT b.test:443 HTTP/1.1\n"
     "NOTICE    Nov 27 10:00:00 [1234]: Proxying refused on filtered domain \"b.test\"\n",
     "proxy-denied", Confidence::certain},
    {"tp_port", "INFO      Nov 27 10:00:00 [1234]: Refused CONNECT method on port 8443\n",
     "proxy-denied", Confidence::certain},
    {"tp_maxclients",
     "WARNING   Nov 27 10:00:00 [1234]: Maximum number of connections reached. Refusing new "
     "connection.\n",
     "proxy-unavailable", Confidence::certain},
    {"tp_auth",
     "NOTICE    Nov 27 10:00:00 [1234]: Failed auth attempt (file descriptor: 5), ip 10.0.0.5\n",
     "proxy-auth-rejected", Confidence::certain},
    {"tp_read",
     "ERROR     Nov 27 10:00:00 [1234]: read_request_line: Client (file descriptor: 5) closed "
     "socket before read.\n",
     "client-abort", Confidence::likely},
    {"tp_timeout", "INFO      Nov 27 10:00:00 [1234]: Idle Timeout (after select) 600.123 > 600.\n",
     "not-enough-evidence", Confidence::ambiguous},
    {"ng_refused",
     "2026/11/27 10:00:00 [error] 1234#1234: *1 connect() failed (111: Connection refused) while "
     "connecting to upstream, client: 10.0.0.5, server: px.a.test, request: \"GET / HTTP/1.1\", "
     "upstream: \"http://198.51.100.7:8080/\", host: \"b.test\"\n",
     "origin-unreachable", Confidence::certain},
    {"ng_timeout",
     "2026/11/27 10:00:00 [error] 1234#1234: *1 upstream timed out (110: Connection timed out) "
     "while connecting to upstream, client: 10.0.0.5, server: px.a.test, request: \"CONNECT "
     "b.test:443 HTTP/1.1\", upstream: \"198.51.100.7:443\", host: \"b.test:443\"\n",
     "origin-unreachable", Confidence::certain},
    {"ng_readtimeout",
     "2026/11/27 10:00:00 [error] 1234#1234: *1 upstream timed out (110: Connection timed out) "
     "while reading response header from upstream, client: 10.0.0.5, server: px.a.test, request: "
     "\"GET /x HTTP/1.1\", upstream: \"http://198.51.100.7:8080/x\", host: \"b.test\"\n",
     "response-stall", Confidence::likely},
    {"ng_premature",
     "2026/11/27 10:00:00 [error] 1234#1234: *1 upstream prematurely closed connection while "
     "reading response header from upstream, client: 10.0.0.5, server: px.a.test, request: \"GET "
     "/x HTTP/1.1\", upstream: \"http://198.51.100.7:8080/x\", host: \"b.test\"\n",
     "empty-reply", Confidence::likely},
    {"ng_reset",
     "2026/11/27 10:00:00 [error] 1234#1234: *1 recv() failed (104: Connection reset by peer) "
     "while reading response header from upstream, client: 10.0.0.5, server: px.a.test, request: "
     "\"GET /x HTTP/1.1\", upstream: \"http://198.51.100.7:8080/x\", host: \"b.test\"\n",
     "reset-mid-transfer", Confidence::likely},
    {"ng_resolve",
     "2026/11/27 10:00:00 [error] 1234#1234: *1 b.test could not be resolved (3: Host not found), "
     "client: 10.0.0.5, server: px.a.test, request: \"CONNECT b.test:443 HTTP/1.1\", host: "
     "\"b.test:443\"\n",
     "origin-unreachable", Confidence::certain},
    {"ng_resolve2",
     "2026/11/27 10:00:00 [error] 1234#1234: *1 b.test could not be resolved (110: Operation timed "
     "out), client: 10.0.0.5, server: px.a.test, request: \"CONNECT b.test:443 HTTP/1.1\", host: "
     "\"b.test:443\"\n",
     "origin-unreachable", Confidence::certain},
    {"ng_ssl",
     "2026/11/27 10:00:00 [error] 1234#1234: *1 SSL_do_handshake() failed (SSL: error:0A00010B:SSL "
     "routines::wrong version number) while SSL handshaking to upstream, client: 10.0.0.5, server: "
     "px.a.test, request: \"GET / HTTP/1.1\", upstream: \"https://198.51.100.7:443/\", host: "
     "\"b.test\"\n",
     "tls-not-tls", Confidence::certain},
    {"ng_sslverify",
     "2026/11/27 10:00:00 [error] 1234#1234: *1 upstream SSL certificate verify error: (20:unable "
     "to get local issuer certificate) while SSL handshaking to upstream, client: 10.0.0.5, "
     "server: px.a.test, request: \"GET / HTTP/1.1\", upstream: \"https://198.51.100.7:443/\", "
     "host: \"b.test\"\n",
     "tls-untrusted-ca", Confidence::certain},
    {"ng_connectsend",
     "2026/11/27 10:00:00 [info] 1234#1234: *1 client prematurely closed connection while "
     "connecting to upstream, client: 10.0.0.5, server: px.a.test, request: \"CONNECT b.test:443 "
     "HTTP/1.1\", upstream: \"198.51.100.7:443\", host: \"b.test:443\"\n",
     "client-abort", Confidence::likely},
    {"ng_invalidmethod",
     "2026/11/27 10:00:00 [info] 1234#1234: *1 client sent invalid method while reading client "
     "request line, client: 10.0.0.5, server: px.a.test, request: \"CONNECT b.test:443 "
     "HTTP/1.1\"\n",
     "not-a-connect-proxy", Confidence::certain},
    {"ng_noroute",
     "2026/11/27 10:00:00 [crit] 1234#1234: *1 connect() to 198.51.100.7:443 failed (113: No route "
     "to host) while connecting to upstream, client: 10.0.0.5, server: px.a.test, request: "
     "\"CONNECT b.test:443 HTTP/1.1\", upstream: \"198.51.100.7:443\"\n",
     "origin-unreachable", Confidence::certain},
    {"ap_refused",
     "[Fri Nov 27 10:00:00.403000 2026] [proxy:error] [pid 1234:tid 140] (111)Connection refused: "
     "AH00957: HTTP: attempt to connect to 198.51.100.7:80 (b.test) failed\n"
     "[Fri Nov 27 10:00:00.403100 2026] [proxy_http:error] [pid 1234:tid 140] [client "
     "10.0.0.5:40000] AH01114: HTTP: failed to make connection to backend: b.test\n",
     "origin-unreachable", Confidence::certain},
    {"ap_connect",
     "[Fri Nov 27 10:00:00.403000 2026] [proxy:error] [pid 1234] (110)Connection timed out: "
     "AH00957: CONNECT: attempt to connect to 198.51.100.7:443 (b.test) failed\n",
     "origin-unreachable", Confidence::certain},
    {"ap_dns",
     "[Fri Nov 27 10:00:00.403000 2026] [proxy:error] [pid 1234] [client 10.0.0.5:40000] AH00898: "
     "DNS lookup failure for: b.test returned by b.test:443\n",
     "origin-unreachable", Confidence::certain},
    {"ap_dns2",
     "[Fri Nov 27 10:00:00.403000 2026] [proxy:error] [pid 1234] (EAI 2)Name or service not known: "
     "AH00938: DNS lookup failure for: b.test\n",
     "origin-unreachable", Confidence::certain},
    {"ap_readerr",
     "[Fri Nov 27 10:00:00.403000 2026] [proxy:error] [pid 1234] [client 10.0.0.5:40000] AH00898: "
     "Error reading from remote server returned by http://b.test/x\n",
     "empty-reply", Confidence::likely},
    {"ap_readto",
     "[Fri Nov 27 10:00:00.403000 2026] [proxy_http:error] [pid 1234] (70007)The timeout specified "
     "has expired: [client 10.0.0.5:40000] AH01102: error reading status line from remote server "
     "b.test:80\n",
     "response-stall", Confidence::likely},
    {"ap_reset",
     "[Fri Nov 27 10:00:00.403000 2026] [proxy_http:error] [pid 1234] (104)Connection reset by "
     "peer: [client 10.0.0.5:40000] AH01102: error reading status line from remote server "
     "b.test:80\n",
     "reset-mid-transfer", Confidence::likely},
    {"ap_denied",
     "[Fri Nov 27 10:00:00.403000 2026] [authz_core:error] [pid 1234] [client 10.0.0.5:40000] "
     "AH01630: client denied by server configuration: proxy:b.test:443\n",
     "proxy-denied", Confidence::certain},
    {"ap_connport",
     "[Fri Nov 27 10:00:00.403000 2026] [proxy:error] [pid 1234] [client 10.0.0.5:40000] AH00898: "
     "Connect to remote machine blocked returned by b.test:8443\n",
     "proxy-denied", Confidence::certain},
    {"ap_ssl",
     "[Fri Nov 27 10:00:00.403000 2026] [proxy:error] [pid 1234] (502)Unknown error 502: [client "
     "10.0.0.5:40000] AH01084: pass request body failed to 198.51.100.7:443 (b.test)\n"
     "[Fri Nov 27 10:00:00.403100 2026] [proxy:error] [pid 1234] [client 10.0.0.5:40000] AH00898: "
     "Error during SSL Handshake with remote server returned by /x\n",
     "tls-handshake-failure", Confidence::ambiguous},
    {"ap_pw",
     "[Fri Nov 27 10:00:00.403000 2026] [auth_basic:error] [pid 1234] [client 10.0.0.5:40000] "
     "AH01617: user fmc: authentication failure for \"proxy:b.test:443\": Password Mismatch\n",
     "proxy-auth-rejected", Confidence::certain},
};

class ProxiesWordings : public Wordings {};

TEST_P(ProxiesWordings, AreToldWhatTheyMean) { expect_right(); }

INSTANTIATE_TEST_SUITE_P(All, ProxiesWordings, testing::ValuesIn(kProxies), name_of);

}  // namespace
}  // namespace misproxy::test
