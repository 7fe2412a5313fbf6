#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {.id = "healthy",
     .layer = Layer::none,
     .blame = "nobody",
     .title = "Nothing failed",
     .remedy = "Nothing to do.",
     .wire =
         R"(The whole life of a tunnel: handshake, CONNECT and its 2xx, a TLS handshake in both directions,
data, and a FIN from each end. On port 80 tcpdump shows the heads; what is TLS it calls HTTP only
for the port:
    10:20:58.987654 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [S], seq 3017406091, win 64240, options [mss 1460,sackOK,nop,wscale 7], length 0
    10:20:58.987700 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [S.], seq 417522930, ack 3017406092, win 65160, options [mss 1460,sackOK,nop,wscale 7], length 0
    10:20:58.987734 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [.], ack 1, win 502, length 0
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:59.010000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:40, ack 123, win 509, length 39: HTTP: HTTP/1.1 200 Connection established
    10:20:59.012000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 123:640, ack 40, win 502, length 517: HTTP
Retransmissions that end in progress, ICMP "need to frag" followed by smaller segments, and curl's
own RST behind a 403 whose body it does not read, are part of healthy traffic.)",
     .causes =
         R"(- Nothing is wrong. Cisco's article, which this can be held against, writes `seq 0` and `ack 1` on
  SYN and SYN-ACK: a real capture has absolute numbers there and relative ones only behind.
- Its `length 1514` beside an MSS of 1460 is the length of a frame; tcpdump's `length` is payload.
- A pause of some three seconds, then smaller segments, is Linux with tcp_mtu_probing=1 that gets
  out of an MTU black hole (RFC 4821): it works, but mtu-black-hole says what to mend.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -w '%{http_connect} %{http_code}\n'`
  ends with 200 and the origin's own status, exit code 0.
- `misproxy diagnose` of a capture and of the log agree.)"},
    {.id = "not-enough-evidence",
     .layer = Layer::none,
     .blame = "nobody",
     .title = "The evidence does not show what happened",
     .remedy = "Take a capture at the client with whole packets (`tcpdump -i any -s 0 -w`), and "
               "`curl -v`.",
     .wire =
         R"(What is there breaks off before anything is decided: a handshake alone, a CONNECT without what
followed, or packets of which only the first bytes were kept (snaplen):
    10:20:58.987654 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [S], seq 3017406091, win 64240, options [mss 1460,sackOK,nop,wscale 7], length 0
    10:20:58.987700 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [S.], seq 417522930, ack 3017406092, win 65160, options [mss 1460,sackOK,nop,wscale 7], length 0
    10:20:58.987734 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [.], ack 1, win 502, length 0
This is what a connection looks like that went on to succeed, and one that failed a second later.)",
     .causes = R"(- The capture was stopped too early, or a filter took one direction only.
- Short captures come out empty where tcpdump is not told `--immediate-mode -U`.
- `netstat` alone: ESTABLISHED with empty queues says that TCP works, and nothing about the proxy's
  answer.)",
     .confirm =
         R"(- Take these at the client, for one failing attempt: `tcpdump -i any -s 0 -U --immediate-mode -w
  c.pcap host 10.10.10.1`, beside it `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -w
  '%{http_connect} %{http_code} %{exitcode} %{errormsg}\n' 2>c.log`.
- `curl -V`, because texts and exit codes depend on the version; and the proxy's own log line.)"},
});

}  // namespace

std::span<const Lesson> healthy() { return kLessons; }

}  // namespace misproxy::diagnose::lesson
