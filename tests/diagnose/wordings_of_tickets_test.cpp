// Pasted tickets: prose, a command, what it wrote, then another form.
#include "support/wording.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;

const Wording kTickets[] = {
    {"t_curl",
     "Hello team,\n"
     "\n"
     "since yesterday our appliance cannot download its updates. We tried this:\n"
     "\n"
     "$ curl -v -x http://10.9.8.7:3128 https://b.test/\n"
     "*   Trying 10.9.8.7:3128...\n"
     "* Connected to 10.9.8.7 (10.9.8.7) port 3128 (#0)\n"
     "> CONNECT b.test:443 HTTP/1.1\n"
     "> Host: b.test:443\n"
     ">\n"
     "< HTTP/1.1 403 Forbidden\n"
     "< Server: squid/5.7\n"
     "<\n"
     "* CONNECT tunnel failed, response 403\n"
     "curl: (56) CONNECT tunnel failed, response 403\n"
     "\n"
     "Please help.\n"
     "Regards\n",
     "proxy-denied", Confidence::certain},
    {"t_curl_td",
     "Hello team,\n"
     "\n"
     "since yesterday our appliance cannot download its updates. We tried this:\n"
     "\n"
     "$ curl -v -x http://10.9.8.7:3128 https://b.test/\n"
     "*   Trying 10.9.8.7:3128...\n"
     "* Connected to 10.9.8.7 (10.9.8.7) port 3128 (#0)\n"
     "> CONNECT b.test:443 HTTP/1.1\n"
     "> Host: b.test:443\n"
     ">\n"
     "< HTTP/1.1 403 Forbidden\n"
     "< Server: squid/5.7\n"
     "<\n"
     "* CONNECT tunnel failed, response 403\n"
     "curl: (56) CONNECT tunnel failed, response 403\n"
     "\n"
     "and on the wire:\n"
     "\n"
     "# tcpdump -n -i eth0 port 3128\n"
     "tcpdump: verbose output suppressed, use -v[v]... for full protocol decode\n"
     "10:00:00.000000 IP 10.40.40.1.40000 > 10.9.8.7.3128: Flags [S], seq 1, win 64240, options "
     "[mss 1460], length 0\n"
     "10:00:00.000200 IP 10.9.8.7.3128 > 10.40.40.1.40000: Flags [S.], seq 9, ack 2, win 64240, "
     "options [mss 1460], length 0\n"
     "10:00:00.000300 IP 10.40.40.1.40000 > 10.9.8.7.3128: Flags [.], ack 1, win 502, length 0\n",
     "proxy-denied", Confidence::certain},
    {"t_go_td",
     "Hello team,\n"
     "\n"
     "since yesterday our appliance cannot download its updates. We tried this:\n"
     "\n"
     "$ docker pull x\n"
     "Error response from daemon: Get \"https://hub.a.test/v2/\": proxyconnect tcp: dial tcp "
     "10.9.8.7:3128: connect: connection refused\n"
     "\n"
     "and on the wire:\n"
     "\n"
     "10:00:00.000000 IP 10.40.40.1.40000 > 10.9.8.7.3128: Flags [S], seq 1, win 64240, options "
     "[mss 1460], length 0\n"
     "10:00:00.000200 IP 10.9.8.7.3128 > 10.40.40.1.40000: Flags [R.], seq 0, ack 2, win 0, length "
     "0\n",
     "proxy-refused", Confidence::certain},
    {"t_py_td",
     "Hello team,\n"
     "\n"
     "since yesterday our appliance cannot download its updates. We tried this:\n"
     "\n"
     "requests.exceptions.ProxyError: HTTPSConnectionPool(host='b.test', port=443): Max retries "
     "exceeded with url: / (Caused by ProxyError('Unable to connect to proxy', OSError('Tunnel "
     "connection failed: 407 Proxy Authentication Required')))\n"
     "\n"
     "and on the wire:\n"
     "\n"
     "10:00:00.000000 IP 10.40.40.1.40000 > 10.9.8.7.3128: Flags [S], seq 1, win 64240, options "
     "[mss 1460], length 0\n"
     "10:00:00.000200 IP 10.9.8.7.3128 > 10.40.40.1.40000: Flags [S.], seq 9, ack 2, win 64240, "
     "options [mss 1460], length 0\n"
     "10:00:00.000300 IP 10.40.40.1.40000 > 10.9.8.7.3128: Flags [.], ack 1, win 502, length 0\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"t_apt_netstat",
     "Hello team,\n"
     "\n"
     "since yesterday our appliance cannot download its updates. We tried this:\n"
     "\n"
     "Err:1 https://deb.a.test stable InRelease\n"
     "  Invalid response from proxy: HTTP/1.1 407 Proxy Authentication Required  [IP: 10.9.8.7 "
     "3128]\n"
     "\n"
     "$ netstat -na\n"
     "tcp        0      0 10.40.40.1:40000   10.9.8.7:3128   TIME_WAIT\n",
     "proxy-auth-missing", Confidence::ambiguous},
    {"t_npm_squid",
     "Hello team,\n"
     "\n"
     "since yesterday our appliance cannot download its updates. We tried this:\n"
     "\n"
     "npm ERR! network tunneling socket could not be established, statusCode=403\n"
     "\n"
     "squid says:\n"
     "1700000000.444      1 10.1.1.1 TCP_DENIED/403 4032 CONNECT b.test:443 - HIER_NONE/- "
     "text/html\n",
     "proxy-denied", Confidence::certain},
    {"t_conf_go",
     "Hello team,\n"
     "\n"
     "since yesterday our appliance cannot download its updates. We tried this:\n"
     "\n"
     "PROXY_HOST px.a.test;\n"
     "PROXY_PORT 3128;\n"
     "\n"
     "Get \"https://hub.a.test/\": proxyconnect tcp: dial tcp: lookup px.a.test on 10.0.0.1:53: no "
     "such host\n",
     "proxy-name-unresolved", Confidence::certain},
    {"t_curl_npm",
     "Hello team,\n"
     "\n"
     "since yesterday our appliance cannot download its updates. We tried this:\n"
     "\n"
     "$ curl -v -x http://10.9.8.7:3128 https://b.test/\n"
     "*   Trying 10.9.8.7:3128...\n"
     "* Connected to 10.9.8.7 (10.9.8.7) port 3128 (#0)\n"
     "> CONNECT b.test:443 HTTP/1.1\n"
     "> Host: b.test:443\n"
     ">\n"
     "< HTTP/1.1 403 Forbidden\n"
     "< Server: squid/5.7\n"
     "<\n"
     "* CONNECT tunnel failed, response 403\n"
     "curl: (56) CONNECT tunnel failed, response 403\n"
     "\n"
     "npm says:\n"
     "npm ERR! network tunneling socket could not be established, statusCode=403\n",
     "proxy-denied", Confidence::certain},
    {"t_access_cache",
     "1700000000.444   1000 10.1.1.1 NONE_NONE/503 0 CONNECT b.test:443 - HIER_NONE/- -\n"
     "2026/11/27 10:00:05 kid1| conn5 local=10.9.8.7:40000 remote=198.51.100.7:443 FD 14 flags=1: "
     "connect failure: (111) Connection refused\n",
     "proxy-unavailable", Confidence::certain},
};

class TicketsWordings : public Wordings {};

TEST_P(TicketsWordings, AreToldWhatTheyMean) { expect_right(); }

INSTANTIATE_TEST_SUITE_P(All, TicketsWordings, testing::ValuesIn(kTickets), name_of);

}  // namespace
}  // namespace misproxy::test
