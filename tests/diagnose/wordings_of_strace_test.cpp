// What strace shows of a connect().
#include "support/wording.hpp"

namespace misproxy::test {
namespace {

using diagnose::Confidence;

const Wording kStrace[] = {
    {"st_refused",
     "socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3\n"
     "connect(3, {sa_family=AF_INET, sin_port=htons(3128), sin_addr=inet_addr(\"10.9.8.7\")}, 16) "
     "= -1 ECONNREFUSED (Connection refused)\n"
     "close(3) = 0\n",
     "proxy-refused", Confidence::likely},
    {"st_refused_nb",
     "connect(3, {sa_family=AF_INET, sin_port=htons(3128), sin_addr=inet_addr(\"10.9.8.7\")}, 16) "
     "= -1 EINPROGRESS (Operation now in progress)\n"
     "poll([{fd=3, events=POLLOUT}], 1, 200) = 1 ([{fd=3, revents=POLLOUT|POLLERR|POLLHUP}])\n"
     "getsockopt(3, SOL_SOCKET, SO_ERROR, [ECONNREFUSED], [4]) = 0\n",
     "proxy-refused", Confidence::likely},
    {"st_timeout",
     "10:00:00.403123 connect(3, {sa_family=AF_INET, sin_port=htons(3128), "
     "sin_addr=inet_addr(\"10.9.8.7\")}, 16) = -1 ETIMEDOUT (Connection timed out)\n",
     "proxy-syn-unanswered", Confidence::likely},
    {"st_noroute",
     "[pid  4403] connect(3, {sa_family=AF_INET, sin_port=htons(3128), "
     "sin_addr=inet_addr(\"10.9.8.7\")}, 16) = -1 EHOSTUNREACH (No route to host)\n",
     "proxy-unreachable", Confidence::likely},
    {"st_403",
     "connect(3, {sa_family=AF_INET, sin_port=htons(3128), sin_addr=inet_addr(\"10.9.8.7\")}, 16) "
     "= -1 EINPROGRESS (Operation now in progress)\n"
     "getsockopt(3, SOL_SOCKET, SO_ERROR, [0], [4]) = 0\n"
     "sendto(3, \"CONNECT b.test:443 HTTP/1.1\\r\\nHost: b.test:443\\r\\n\\r\\n\", 50, "
     "MSG_NOSIGNAL, NULL, 0) = 50\n"
     "recvfrom(3, \"HTTP/1.1 403 Forbidden\\r\\nServer: squid\\r\\n\\r\\n\", 16384, 0, NULL, NULL) "
     "= 42\n",
     "proxy-denied", Confidence::certain},
    {"st_reset",
     "connect(3, {sa_family=AF_INET, sin_port=htons(3128), sin_addr=inet_addr(\"10.9.8.7\")}, 16) "
     "= 0\n"
     "write(3, \"CONNECT b.test:443 HTTP/1.1\\r\\nHost: b.test:443\\r\\n\\r\\n\", 50) = 50\n"
     "read(3, 0x7ffc, 4096) = -1 ECONNRESET (Connection reset by peer)\n",
     "proxy-reset-without-reply", Confidence::likely},
    {"st_closed",
     "connect(3, {sa_family=AF_INET, sin_port=htons(3128), sin_addr=inet_addr(\"10.9.8.7\")}, 16) "
     "= 0\n"
     "write(3, \"CONNECT b.test:443 HTTP/1.1\\r\\nHost: b.test:443\\r\\n\\r\\n\", 50) = 50\n"
     "read(3, \"\", 4096) = 0\n",
     "proxy-closed-without-reply", Confidence::certain},
    {"st_tlsreset",
     "connect(3, {sa_family=AF_INET, sin_port=htons(3128), sin_addr=inet_addr(\"10.9.8.7\")}, 16) "
     "= 0\n"
     "write(3, \"CONNECT b.test:443 HTTP/1.1\\r\\nHost: b.test:443\\r\\n\\r\\n\", 50) = 50\n"
     "read(3, \"HTTP/1.1 200 Connection established\\r\\n\\r\\n\", 4096) = 39\n"
     "write(3, \"\\26\\3\\1\\2\\0\\1\\0\\1\\374\\3\\3\"..., 517) = 517\n"
     "read(3, 0x7ffc, 5) = -1 ECONNRESET (Connection reset by peer)\n",
     "tls-reset", Confidence::likely},
    {"st_direct",
     "connect(3, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr(\"192.0.2.4\")}, 16) "
     "= -1 ETIMEDOUT (Connection timed out)\n",
     "proxy-syn-unanswered", Confidence::ambiguous},
    {"st_v6",
     "connect(3, {sa_family=AF_INET6, sin6_port=htons(3128), sin6_flowinfo=htonl(0), "
     "inet_pton(AF_INET6, \"2001:db8::1\", &sin6_addr), sin6_scope_id=0}, 28) = -1 ECONNREFUSED "
     "(Connection refused)\n",
     "proxy-refused", Confidence::likely},
    {"st_fdreuse",
     "connect(5, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr(\"10.0.0.1\")}, 16) = "
     "0\n"
     "connect(3, {sa_family=AF_INET, sin_port=htons(3128), sin_addr=inet_addr(\"10.9.8.7\")}, 16) "
     "= 0\n"
     "write(3, \"CONNECT b.test:443 HTTP/1.1\\r\\n\\r\\n\", 50) = 50\n"
     "read(3, \"HTTP/1.1 403 Forbidden\\r\\n\\r\\n\", 4096) = 39\n"
     "close(3) = 0\n"
     "openat(AT_FDCWD, \"/etc/passwd\", O_RDONLY) = 3\n"
     "read(3, \"\", 4096) = 0\n",
     "proxy-denied", Confidence::certain},
};

class StraceWordings : public Wordings {};

TEST_P(StraceWordings, AreToldWhatTheyMean) { expect_right(); }

INSTANTIATE_TEST_SUITE_P(All, StraceWordings, testing::ValuesIn(kStrace), name_of);

}  // namespace
}  // namespace misproxy::test
