#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {.id = "connect-lost",
     .layer = Layer::path,
     .blame = "the path between client and proxy",
     .title = "The CONNECT is lost on the way",
     .remedy = "Look at inspection between client and proxy: small packets without data pass, the "
               "CONNECT does not.",
     .wire =
         R"(The handshake works, and the CONNECT is sent again and again, at growing distances, without any ACK:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:59.192000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:59.608000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:21:00.440000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
A proxy that is merely slow would have had its kernel acknowledge the 122 bytes at once.)",
     .causes =
         R"(- A device between client and proxy that lets the handshake pass and then drops what it inspected: a
  rule on the method, the host name, or the application it takes this for.
- Asymmetric routing through stateful firewalls, one of which saw only half of the handshake.
- The proxy's host vanished in that moment.
- Hardly ever the MTU, though Cisco's article names it for a CONNECT without an answer: 122 bytes
  fit.)",
     .confirm =
         R"(- A capture at the proxy: the handshake without the CONNECT proves that it is lost in between.
- `netstat -na | grep 10.10.10.1`: ESTABLISHED with a Send-Q that stays at 122.
- Anything else over the same port (`printf 'GET / HTTP/1.0\r\n\r\n' | nc 10.10.10.1 80`): does that
  pass?)"},
    {.id = "mtu-black-hole",
     .layer = Layer::path,
     .blame = "a device on the path that drops large packets in silence",
     .title = "An MTU black hole: large segments never arrive",
     .remedy = "Let ICMP type 3 code 4 pass, or clamp the MSS where the small link is; find the "
               "size with `ping -M do -s 1472`.",
     .wire =
         R"(Small segments pass, large ones vanish, and nobody says so. A large one is repeated at growing
distances, while the small one behind it was received, as the duplicate ACK with SACK tells:
    10:20:59.500000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], seq 40:1500, ack 640, win 509, length 1460: HTTP
    10:20:59.500010 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1500:2198, ack 640, win 509, length 698: HTTP
    10:20:59.500050 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [.], ack 40, win 502, options [nop,nop,sack 1 {1500:2198}], length 0
    10:20:59.710000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], seq 40:1500, ack 640, win 509, length 1460: HTTP
    10:21:00.150000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], seq 40:1500, ack 640, win 509, length 1460: HTTP
There is no RST in it, and no ICMP `need to frag`; with that ICMP the sender would go on with
smaller ones. For uploads the same, mirrored. (tcpdump's `length` is payload: with MSS 1460 it is
never 1514, as Cisco's article has it, but where offloading glues segments together.))",
     .causes =
         R"(- A tunnel or PPPoE link with a smaller MTU, and a firewall that drops ICMP type 3 code 4.
- An interface whose MTU was set larger than its link's.
- ICMP that comes and tells an MTU which is still too large.)",
     .confirm =
         R"(- `ping -M do -s 1472 10.10.10.1`, then 1400, 1300: the largest that passes, plus 28, is the MTU.
- `ip link set dev eth0 mtu 1300` on the client for a test: if it works then, it was this.
- `tcpdump 'icmp[0] == 3 and icmp[1] == 4'` at the sender: none arrives.
- `ip route get 10.10.10.1` shows an MTU that the kernel has learnt; flush it between tests.)"},
    {.id = "reset-on-large-segment",
     .layer = Layer::path,
     .blame = "a device on the path, or the proxy",
     .title = "A RST answers the first large segment",
     .remedy = "Look for an inline device that resets what is large; an MTU that is too small "
               "drops, it does not reset.",
     .wire =
         R"(All small things pass; the first large segment gets a RST, much faster than any time-out:
    10:21:00.456000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 871:2311, ack 3072, win 501, length 1440: HTTP
    10:21:00.456123 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [R], seq 417526002, win 0, length 0
Cisco's article shows this, 123 us apart, as an MTU problem. It is none: 1440 bytes fit an MSS of
1460, and a link that is too small drops, it never resets. `[R]` with win 0 and no ACK comes from
something that has no such connection, `[R.]` from an end that gave up a living one.)",
     .causes =
         R"(- An inline device that rejects by size (`reject with tcp reset`), or resets what it failed to
  inspect.
- The proxy closed its socket just then: its upstream had died.
- A box that wants a ClientHello or a request in one read.)",
     .confirm =
         R"(- TTL and IP ID of the RST beside those of the SYN-ACK (`tcpdump -v`): others mean another device.
- The same bytes in small pieces: `ip link set dev eth0 mtu 1000` on the client; passing then means
  size.
- An upload of 1,000 bytes and one of 2,000; and a capture at the proxy: did the RST leave it?)"},
    {.id = "path-loss",
     .layer = Layer::path,
     .blame = "the path between client and proxy",
     .title = "What was sent is no longer acknowledged",
     .remedy =
         "Look at the path at that moment: a link, a firewall's state, the host at the other end.",
     .wire =
         R"(It went well for a while, then one piece is repeated at doubling distances and nothing is
acknowledged:
    10:21:00.456000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 871:1071, ack 3072, win 501, length 200: HTTP
    10:21:00.660000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 871:1071, ack 3072, win 501, length 200: HTTP
    10:21:01.080000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 871:1071, ack 3072, win 501, length 200: HTTP
    10:21:01.910000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 871:1071, ack 3072, win 501, length 200: HTTP
Nothing at all comes back, not even a SACK: size does not matter. Linux goes on so for a quarter of
an hour (tcp_retries2 = 15), unless the client has a limit of its own.)",
     .causes = R"(- The other host is gone: crashed, moved, its address taken by another one.
- A firewall lost its state (failover) and drops what it does not know.
- A link is down, a route has changed.
- Seen as SYN-ACKs that repeat: what the client sends behind its SYN is lost.)",
     .confirm =
         R"(- `ping 10.10.10.1`, small and `-s 1472`: if the small one passes, see mtu-black-hole.
- `netstat -na`: ESTABLISHED with a Send-Q that stays.
- A capture at the other end at the same time.)"},
    {.id = "receiver-window-closed",
     .layer = Layer::path,
     .blame = "the end whose window is closed",
     .title = "The receiver takes no more: its window is zero",
     .remedy = "Look at the program at that end: it does not read.",
     .wire =
         R"(The receiver's window shrinks to 0 and stays; the sender may only probe, and each probe is answered:
    10:21:00.456000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], ack 65535, win 0, length 0
    10:21:00.660000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [.], ack 3072, win 501, length 0
    10:21:00.660040 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], ack 65535, win 0, length 0
    10:21:01.080000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [.], ack 3072, win 501, length 0
`win 0` on a living connection is the receiver's kernel saying: my program does not read. The path
is fine. (On a RST win 0 means something else.))",
     .causes =
         R"(- The proxy does not read on, because its own way to the origin is blocked, or a scanner is.
- The client's disk is full, or its program is stopped.
- A limit on rate that works by not reading.)",
     .confirm =
         R"(- `ss -tn` at that end: a Recv-Q that stays full, and the process (`-p`); what does it wait for?
- The proxy's leg to the origin at the same time: is its window closed too? Then look one step
  further.)"},
    {.id = "reset-after-idle",
     .layer = Layer::path,
     .blame = "a NAT or firewall on the way",
     .title = "A RST answers the first packet after a pause",
     .remedy = "Raise the idle time-out of NAT and firewalls, or have the client send keep-alives.",
     .wire = R"(After a long pause the client's next request is answered with a RST:
    10:20:59.900000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 3101:3241, ack 871, win 509, length 140: HTTP
    10:22:00.100000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 871:983, ack 3241, win 501, length 112: HTTP
    10:22:00.100200 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [R], seq 417526171, win 0, length 0
The pause (here two minutes) is what tells. `[R]` with win 0 and no ACK: whoever answered had no
such connection.)",
     .causes = R"(- A NAT or firewall whose idle limit is shorter than the client's pause.
- The proxy closed long ago, and its FIN was lost or swallowed on the way.
- A balancer that moved the connection to a host that does not know it.)",
     .confirm =
         R"(- The same with a pause of 10 s, 60 s, 5 min: from which length on does it fail? That number is a
  setting somewhere.
- Was there an earlier FIN in the capture? Then the client ignored it.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ --keepalive-time 20`: keep-alives that
  help prove it. TTL of RST and SYN-ACK.)"},
});

}  // namespace

std::span<const Lesson> path() { return kLessons; }

}  // namespace misproxy::diagnose::lesson
