#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {.id = "origin-unreachable",
     .layer = Layer::origin,
     .blame = "the origin, or the proxy's way to it",
     .title = "The proxy gets no connection to the origin",
     .remedy =
         "Look from the proxy's host: is the origin up, and does a firewall let the proxy out?",
     .wire =
         R"(Seen only where the capture shows both sides of the proxy. While the client's CONNECT waits, the
proxy opens a connection of its own, and gets a RST, ICMP, or nothing:
    10:20:59.000000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:59.001000 IP 10.10.10.1.40112 > 72.163.4.161.443: Flags [S], seq 12345, win 64240, length 0
    10:20:59.012000 IP 72.163.4.161.443 > 10.10.10.1.40112: Flags [R.], seq 0, ack 12346, win 0, length 0
    10:20:59.012500 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:3400, ack 123, win 509, length 3399: HTTP: HTTP/1.1 503 Service Unavailable
The client itself learns of it by the proxy's 502, 503 or 504 only.)",
     .causes = R"(- The origin is down, or its port is closed.
- The firewall in front of the proxy does not let the proxy out to that address.
- The proxy resolves the name to an address that is no longer in use.)",
     .confirm =
         R"(- On the proxy: `curl -v https://tools.cisco.com/`, without a proxy.
- `tcpdump -ni any 'tcp[tcpflags] & tcp-syn != 0'` on the proxy while a client asks.
- The proxy's log: squid's access.log has TCP_TUNNEL/503 and the address that it tried.)"},
    {.id = "origin-status",
     .layer = Layer::origin,
     .blame = "the origin",
     .title = "The origin answers with an error",
     .remedy = "The proxy did its work: ask whoever runs the origin, or correct the URL.",
     .wire =
         R"(All of it inside the tunnel: a CONNECT with 200, a TLS handshake, a request, and a short answer,
encrypted.
    10:20:59.010000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:40, ack 123, win 509, length 39: HTTP: HTTP/1.1 200 Connection established
    10:21:00.456000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 720:832, ack 3056, win 501, length 112: HTTP
    10:21:00.480000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 3056:3341, ack 832, win 509, length 285: HTTP
A capture without keys cannot show the status; a log can. The proxy did its work: without TLS
inspection it cannot even see the answer, far less write one.)",
     .causes =
         R"(- 404: the path is wrong. 401 and 403: the origin's own credentials or rules. 429: too many
  requests.
- 5xx: the origin's own trouble.
- 407 from an origin, inside the tunnel, is the origin's mistake and no proxy's.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -w '%{http_connect} %{http_code}\n'`:
  `200 404` is the origin, `404 000` the proxy.
- The issuer in `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: a company's own CA means
  inspection, and then see proxy-error-in-tunnel.
- The same URL without the proxy.)"},
    {.id = "origin-rejects-upload",
     .layer = Layer::origin,
     .blame = "the origin",
     .title = "The origin finds the upload too large",
     .remedy = "Raise the origin's limit, or send less; the proxy has no part in it.",
     .wire =
         R"(The upload runs in the tunnel, and the answer comes early; often the origin closes while data still
flow:
    10:21:00.456000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 8171:9631, ack 3056, win 501, length 1460: HTTP
    10:21:00.480000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 3056:3341, ack 9631, win 509, length 285: HTTP
    10:21:00.480010 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [F.], seq 3341, ack 9631, win 509, length 0
Inside it says 413. Closing with data unread makes a RST that may erase the answer at the client
(RFC 9112 section 9.6): then only a reset is seen.)",
     .causes = R"(- The origin's limit on bodies (nginx: client_max_body_size, 1 MB where not set).
- An inspecting proxy's limit, if the answer bears its name.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -w '%{http_connect} %{http_code}\n'`:
  `200 413`.
- Halve the file until it passes: the limit is a round number.
- The `Server:` line of the answer, and the certificate's issuer: the origin's, or the proxy's?)"},
    {.id = "redirect-loop",
     .layer = Layer::origin,
     .blame = "the origin, or hosts that send to each other",
     .title = "Redirects lead in a circle",
     .remedy = "Look at where each Location leads: who sends the client back is to be changed.",
     .wire =
         R"(All of it inside the tunnel, a short request and a short answer in turn, with no end of their own:
    10:21:00.456000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 720:832, ack 3056, win 501, length 112: HTTP
    10:21:00.480000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 3056:3241, ack 832, win 509, length 185: HTTP
    10:21:00.481000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 832:944, ack 3241, win 501, length 112: HTTP
    10:21:00.505000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 3241:3426, ack 944, win 509, length 185: HTTP
Each answer is a 301, 302, 307 or 308, and its Location was there before. Between two hosts each
step is a connection of its own, with its own CONNECT. A client that does not follow (curl without
-L) shows the first and is content.)",
     .causes =
         R"(- The origin wants a cookie that the client does not keep: it sends it to where that is set, and
  back.
- http:// is sent to https://, and a balancer in front takes that for http:// again.
- Two names of one site, each of which is configured to send to the other.
- An inspecting proxy's login page, which the client cannot pass.)",
     .confirm =
         R"(- `curl -v -L --max-redirs 10 -x http://10.10.10.1:80 URL 2>&1 | grep -i '^< location'`: one that
  comes again is the loop. curl's exit code is 47, wget says `redirections exceeded`.
- The same with `-c jar -b jar`: if it ends now, a cookie was missing.
- The same without the proxy.)"},
    {.id = "proxy-error-in-tunnel",
     .layer = Layer::proxy,
     .blame = "the inspecting proxy",
     .title = "An inspecting proxy answers in the origin's place",
     .remedy = "Exempt the host from TLS inspection, or raise the inspecting proxy's limits.",
     .wire =
         R"(The CONNECT gets 200, TLS comes up, with a certificate of the proxy's own CA, and then an error that
is not the origin's:
    10:20:59.010000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:40, ack 123, win 509, length 39: HTTP: HTTP/1.1 200 Connection established
    10:20:59.012000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 123:640, ack 40, win 502, length 517: HTTP
    10:20:59.020000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 40:1430, ack 640, win 509, length 1390: HTTP
    10:21:00.456000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 720:832, ack 1430, win 501, length 112: HTTP
    10:21:00.470000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1430:1890, ack 832, win 509, length 460: HTTP)",
     .causes =
         R"(- TLS inspection: the proxy ends TLS itself and can answer in the origin's place, with a limit on
  size, a category, a scanner's verdict, or an upstream that it does not trust.
- A client that does trust the inspecting CA, or nobody would get so far.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: `issuer:` is your company's, and
  `Server:` or `X-Squid-Error` or the page names a product.
- The same host with inspection bypassed.
- The inspecting proxy's log: rule or limit stand there by name.)"},
    {.id = "plain-http-status",
     .layer = Layer::proxy,
     .blame = "the proxy, or the origin behind it",
     .title = "A plain request through the proxy gets an error",
     .remedy = "The headers Via, Server and X-Squid-Error tell who answered.",
     .wire =
         R"(No CONNECT: the client asks with the whole URL in the request line, and gets an error in the clear:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:131, ack 1, win 502, length 130: HTTP: GET http://example.com/ HTTP/1.1
    10:20:59.020000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:410, ack 131, win 509, length 409: HTTP: HTTP/1.1 404 Not Found
Here proxy and origin speak with one mouth: the same status can be either's.)",
     .causes = R"(- 403, 407, 502, 503, 504: mostly the proxy's.
- 404, 401, 429: mostly the origin's.
- A page out of the proxy's cache, older than the origin's present state (`Age:`).)",
     .confirm =
         R"(- `Via:`, `X-Cache:`, `X-Squid-Error:`, `Server:` and the page itself in `curl -v -x
  http://10.10.10.1:80 URL`.
- The same URL without the proxy, or from the proxy's host.
- The proxy's access log: squid's TCP_DENIED is its own, TCP_MISS the origin's.)"},
});

}  // namespace

std::span<const Lesson> origin() { return kLessons; }

}  // namespace misproxy::diagnose::lesson
