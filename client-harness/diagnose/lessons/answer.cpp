#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {.id = "proxy-connect-stall",
     .layer = Layer::proxy,
     .blame = "the proxy, or what it waits for",
     .title = "The proxy takes the CONNECT and never answers",
     .remedy = "Look at the proxy's log at that time: DNS, its upstream, an authentication service "
               "that hangs.",
     .wire = R"(The CONNECT arrives, for its ACK comes back, and then the proxy says nothing:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.988031 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], ack 123, win 509, length 0
    10:21:28.990000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 123, ack 1, win 502, length 0
The FIN is the client's, when its limit is over. Nothing is sent twice: the path works, and a
program waits.)",
     .causes =
         R"(- The proxy waits for DNS, for its upstream's TCP handshake, for a parent proxy, or for a directory
  that checks users; its own time limit is longer than the client's.
- A proxy process that hangs or is out of workers while its kernel goes on accepting.
- Not the MTU, though Cisco's article offers that for a CONNECT without a 200: a CONNECT is some 120
  bytes and passes everywhere. It is thinkable only with a Negotiate or Digest header that makes it
  large.)",
     .confirm =
         R"(- The proxy's log at that second: many write a line only when the request is over, so look
  afterwards too.
- `ss -tn` on the proxy's host: a SYN-SENT towards the origin, or a Recv-Q that is not read.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -m 30`: exit code 28, http_connect 000.
  curl by itself waits 300 s here.
- A CONNECT to a host whose name surely resolves, beside one by address: a difference is DNS.)"},
    {.id = "proxy-closed-without-reply",
     .layer = Layer::proxy,
     .blame = "the proxy",
     .title = "The proxy closes without answering the CONNECT",
     .remedy = "Check that the port is an HTTP proxy's and that it permits this client; its log "
               "says more.",
     .wire = R"(The CONNECT is acknowledged, and the proxy's next word is FIN; no byte came from it:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.988031 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], ack 123, win 509, length 0
    10:20:58.991200 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [F.], seq 1, ack 123, win 509, length 0
    10:20:58.991300 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 123, ack 2, win 502, length 0)",
     .causes = R"(- A port of another service: one that speaks TLS ends a client that does not.
- The proxy crashed on this request, or its worker did.
- A list of clients that may connect, enforced after accept.
- A load balancer without a living proxy behind it.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: exit code 56, `Proxy CONNECT aborted`;
  http_connect 000.
- `openssl s_client -connect 10.10.10.1:80`: a certificate means that the port wants TLS first.
- `printf 'GET / HTTP/1.0\r\n\r\n' | nc 10.10.10.1 80`: does anything answer HTTP there?
- The proxy's error log, and its limits on connections.)"},
    {.id = "proxy-reset-without-reply",
     .layer = Layer::proxy,
     .blame = "the proxy, or a device in front of it",
     .title = "The CONNECT is answered with a RST",
     .remedy = "Check that the port is an HTTP proxy's; look for a rule that resets this client or "
               "this host.",
     .wire = R"(A RST answers the CONNECT, or comes even before it:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.988250 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [R.], seq 1, ack 123, win 509, length 0
`[R.]` with an ack and a window comes from an end that gave a living socket up. `[R]` with win 0 and
no ack is the answer of one that knows of no such connection: a device in front, or a socket that is
gone.)",
     .causes =
         R"(- A program that closes with the CONNECT unread in its buffer: its kernel makes a RST out of that
  close.
- A TLS port, or another service, that does not like the first bytes.
- An inspecting device that resets this client, this method or this host name.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: exit code 56, `Recv failure:
  Connection reset by peer` (curl 8.21 may say 7).
- The same CONNECT to another host name: if that one passes, a policy reads the CONNECT.
- TTL and IP ID of RST and SYN-ACK (`tcpdump -v`): if they do not fit, another device sent the RST.)"},
    {.id = "proxy-not-http",
     .layer = Layer::proxy,
     .blame = "the settings",
     .title = "What listens there is not an HTTP proxy",
     .remedy = "Correct host and port: another service answers there.",
     .wire =
         R"(The answer is text or bytes, but no `HTTP/1.`; often it comes before the client has said anything:
    10:20:58.989000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:21, ack 1, win 509, length 20: HTTP: 220 (vsFTPd 3.0.3)
    10:20:58.989100 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [.], ack 21, win 502, length 0
A service that greets first (FTP, SMTP, SSH) shows what it is. One that answers the CONNECT with
`ICY`, with bare HTML or with `HTTP/2 200` is taken for no proxy either: HTTP/2 is not spoken so.)",
     .causes = R"(- A wrong port or a wrong host in the settings.
- A load balancer that sends to the wrong pool.
- A captive portal that answers everything with its page.)",
     .confirm =
         R"(- `nc 10.10.10.1 80`, wait two seconds, then type `CONNECT a:443 HTTP/1.1` and two line ends.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: curl counts such an answer as response
  0 (exit code 56, or 7 on 8.21), or as HTTP/0.9.
- `ss -ltnp` on that host shows which program has the port.)"},
    {.id = "tls-to-plain-proxy",
     .layer = Layer::proxy,
     .blame = "the settings",
     .title = "The client speaks TLS to a proxy that expects plain HTTP",
     .remedy = "Give the proxy as http://, not https://: TLS begins behind the CONNECT.",
     .wire =
         R"(The first thing behind the handshake is a ClientHello (517 bytes, first byte 0x16) instead of a
CONNECT:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:518, ack 1, win 502, length 517: HTTP
    10:20:58.988030 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], ack 518, win 509, length 0
    10:20:59.000100 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:180, ack 518, win 509, length 179: HTTP: HTTP/1.1 400 Bad Request
Either the proxy finds the bytes malformed, or it waits for the end of a line that never comes.)",
     .causes =
         R"(- `https://` in front of the proxy in the client's settings. It means: TLS to the proxy itself.
- A client that takes the proxy for the origin (a transparent set-up, an entry in /etc/hosts).)",
     .confirm =
         R"(- `tcpdump -X`: the payload begins `1603 01`, and the server's name stands in clear in it.
- The same with `-x http://...` works; with `-x https://...` it is exit code 35, or 28 where nothing
  answers.)"},
    {.id = "proxy-reply-incomplete",
     .layer = Layer::proxy,
     .blame = "the proxy",
     .title = "The proxy's answer breaks off in its head",
     .remedy = "Look at the proxy's log and its version.",
     .wire = R"(A status line comes, perhaps some headers, but never the empty line that ends them:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.990000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:38, ack 123, win 509, length 37: HTTP: HTTP/1.1 200 Connection established
    10:21:03.990000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [F.], seq 38, ack 123, win 509, length 0
37 bytes are one line; a whole answer has two more bytes at least. A tunnel begins only behind the
empty line (RFC 9110 section 9.3.6), so the client has to wait.)",
     .causes = R"(- A proxy, or a plug-in of it, that broke down while it wrote its answer.
- A device on the way that holds the rest back to inspect it.
- A head that ends in a single line end, which some clients do not take for its end.)",
     .confirm = R"(- `tcpdump -X`: do the last bytes read `0d0a 0d0a`?
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -m 20`: exit code 28 although
  %{http_connect} may well be 200: read the log, not the number.
- The proxy's error log at that second.)"},
    {.id = "proxy-answer-unread",
     .layer = Layer::proxy,
     .blame = "the proxy, as far as it shows",
     .title = "The proxy answered, and the client went no further",
     .remedy =
         "Take the capture with whole packets, or the client's log: the answer's status decides.",
     .wire =
         R"(The evidence has sizes only (a port that tcpdump does not take for HTTP's, or a short snaplen):
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.8888: Flags [P.], seq 1:123, ack 1, win 502, length 122
    10:20:58.990000 IP 10.10.10.1.8888 > 10.40.40.1.54321: Flags [P.], seq 1:388, ack 123, win 509, length 387
    10:20:58.990100 IP 10.40.40.1.54321 > 10.10.10.1.8888: Flags [F.], seq 123, ack 388, win 502, length 0
A plain `200 Connection established` has 39 to some 80 bytes, and a ClientHello of 517 bytes or more
follows at once. A longer answer, and then a FIN of the client, is a refusal of some kind: the
status decides.)",
     .causes = R"(- 403, 407, or any 5xx: see proxy-denied, proxy-auth-missing, proxy-bad-gateway.
- A head that is larger than the client takes: for curl a line of 16 KiB, or 300 KiB in all.
- A 1xx in front of the answer: curl, wget, apt and git take it for a refusal and leave.
- A web server or another service on that port.)",
     .confirm =
         R"(- `tcpdump -A -s 0 -r FILE` where the file is at hand; otherwise take it again with `-s 0 -w`.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -w '%{http_connect}\n'` prints the
  status.)"},
});

}  // namespace

std::span<const Lesson> answer() { return kLessons; }

}  // namespace misproxy::diagnose::lesson
