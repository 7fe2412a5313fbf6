#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {.id = "proxy-denied",
     .layer = Layer::proxy,
     .blame = "the proxy's access list",
     .title = "The proxy denies the CONNECT: 403",
     .remedy = "Have the proxy's administrator permit the host (by name) for the client's address.",
     .wire = R"(TCP works, the CONNECT arrives, and the proxy itself answers it with 403:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.990000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:241, ack 123, win 509, length 240: HTTP: HTTP/1.1 403 Forbidden
    10:20:58.990020 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [F.], seq 241, ack 123, win 509, length 0
    10:20:58.990300 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [R.], seq 123, ack 241, win 502, length 0
The last RST is curl's way of not reading the page, and harmless. No ClientHello means that the
origin never heard of it: a 403 of the origin's own would stand inside the tunnel, encrypted.)",
     .causes =
         R"(- An access list without the host, or without this client's address; a category filter.
- A list of ports: many proxies let CONNECT pass to 443 only.
- A list of names, and a CONNECT by address, as in the last summary of Cisco's article: names do not
  match it.
- A list pinned to one address of a name with several: then only some attempts are denied.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -w '%{http_connect} %{http_code}\n'`:
  `403 000`. The other way round, `200 403`, blames the origin.
- The reason stands in the page, which curl does not show for a CONNECT: `tcpdump -A`, or the
  proxy's access log.
- Three tries by name, and three by address, tell what the list is made of.)"},
    {.id = "proxy-redirected",
     .layer = Layer::proxy,
     .blame = "the proxy's policy",
     .title = "The proxy answers the CONNECT with a redirect",
     .remedy = "A block page or a portal: have the host permitted without it; no client follows a "
               "redirect of a CONNECT.",
     .wire =
         R"(The answer to the CONNECT is 3xx with a Location, mostly of a block page or of a portal:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.990000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:190, ack 123, win 509, length 189: HTTP: HTTP/1.1 302 Found
    10:20:58.990400 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 123, ack 190, win 502, length 0
No tunnel comes of it. Clients do not follow a redirect here, because anybody in between could send
one.)",
     .causes = R"(- A URL filter that shows its page by redirecting (squid's deny_info, for one).
- A portal that wants a log-in from a person first; an appliance cannot do that.
- A terms-of-use page that returns every day.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: read `< Location:`; the host in it
  tells whose page it is.
- -w '%{http_connect}' prints the 3xx; `-L` changes nothing.)"},
    {.id = "proxy-bad-request",
     .layer = Layer::proxy,
     .blame = "the client's request",
     .title = "The proxy finds the CONNECT malformed: 400",
     .remedy = "Compare the CONNECT in the capture with RFC 9110 section 9.3.6; look for a header "
               "that a device on the way or the client's settings added.",
     .wire = R"(The proxy does not understand the CONNECT, and says 400:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.988500 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:406, ack 123, win 509, length 405: HTTP: HTTP/1.1 400 Bad Request
What it should look like: `CONNECT host:port HTTP/1.1`, a Host header, an empty line (RFC 9112
section 3.2.3). An empty or impossible port has to be answered so.)",
     .causes =
         R"(- A header that is malformed or too long, added by the client's settings or a device on the way.
- A URL where host:port belongs, or no port.
- TLS bytes on a plain port: see tls-to-plain-proxy.)",
     .confirm =
         R"(- `tcpdump -A`, or `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: read the request's
  lines one by one, for blanks in front of a colon above all.
- The same by hand, with nothing but the three lines above, through `nc 10.10.10.1 80`.)"},
    {.id = "not-a-connect-proxy",
     .layer = Layer::proxy,
     .blame = "the settings",
     .title = "The server there does not do CONNECT",
     .remedy = "Correct host and port: a web server or a proxy without CONNECT answers there.",
     .wire =
         R"(A server answers, but it does not do CONNECT: 405, 501 or 404, often with the header Allow:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.988500 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:520, ack 123, win 509, length 519: HTTP: HTTP/1.1 405 Method Not Allowed
Port 80 is where web servers listen, and where some proxies do: the address decides which it is.)",
     .causes = R"(- The settings name a web server, or the proxy's administration page.
- A proxy whose CONNECT is switched off (apache without AllowCONNECT, nginx as a plain reverse
  proxy).
- The right host with the wrong port.)",
     .confirm = R"(- `curl -I http://10.10.10.1:80/`: a page and a `Server:` line of a web server.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -w '%{http_connect}\n'` prints 405, 501
  or 404.
- `curl -x http://10.10.10.1:80 http://example.com/`: does it forward plain requests at least?)"},
    {.id = "proxy-internal-error",
     .layer = Layer::proxy,
     .blame = "the proxy, or what is behind it",
     .title = "The proxy answers 500",
     .remedy = "Look at the proxy's log: with some proxies it is a name that does not resolve or a "
               "host that refuses.",
     .wire = R"(500 to the CONNECT, from the proxy:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:59.002000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:980, ack 123, win 509, length 979: HTTP: HTTP/1.1 500 Internal Server Error
How long it took tells something: at once, an error of its own or a refused port; after seconds, DNS
or a host that does not answer.)",
     .causes =
         R"(- tinyproxy answers 500 for a name that does not resolve, and for an origin that refuses.
- squid answers 500 or 503 where DNS fails.
- A crash in a plug-in, a full disk, an authentication helper that died.)",
     .confirm =
         R"(- The headers `X-Squid-Error`, `Via`, `Server`, `Proxy-Agent` in `curl -v -x http://10.10.10.1:80
  https://tools.cisco.com/`, and the page (`tcpdump -A`).
- On the proxy's host: `host tools.cisco.com`, then `nc -vz tools.cisco.com 443`.
- The proxy's error log.)"},
    {.id = "proxy-bad-gateway",
     .layer = Layer::proxy,
     .blame = "the proxy's way to the origin",
     .title = "The proxy cannot reach the origin: 502",
     .remedy = "On the proxy's host, resolve and reach the origin: DNS, route, firewall.",
     .wire = R"(The proxy took the CONNECT and could not get through to the origin: 502.
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:59.020000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:310, ack 123, win 509, length 309: HTTP: HTTP/1.1 502 Bad Gateway
The trouble is behind the proxy; no packet of it is in a capture taken at the client. 500, 502, 503
and 504 are used so differently by different proxies that the number alone names no cause.)",
     .causes =
         R"(- The origin's name does not resolve at the proxy (apache), its port refuses, or its host is not
  reached.
- A parent proxy that closes or answers nonsense.
- An access list that is dressed as 502.)",
     .confirm = R"(- On the proxy's host: `host tools.cisco.com`, `nc -vz tools.cisco.com 443`.
- The time from CONNECT to 502: milliseconds, DNS or a refusal; many seconds, a time-out.
- `tcpdump -A`: the page mostly says it in words. `curl -v -x http://10.10.10.1:80
  https://tools.cisco.com/` shows the headers, of which X-Squid-Error is the best.)"},
    {.id = "proxy-unavailable",
     .layer = Layer::proxy,
     .blame = "the proxy, or its way to the origin",
     .title = "The proxy answers 503",
     .remedy = "Look at the proxy's error header and log: overload, or an origin that refuses or "
               "cannot be reached.",
     .wire = R"(503 to the CONNECT:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.993000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:3800, ack 123, win 509, length 3799: HTTP: HTTP/1.1 503 Service Unavailable
It reads like overload, and rarely is: squid and apache say 503 where the origin refuses the
connection, and squid also where it waited for the origin in vain.)",
     .causes = R"(- The origin refuses, or cannot be reached, from the proxy.
- DNS fails at the proxy (squid).
- The proxy, or a load balancer in front of it, has no worker free; then Retry-After may stand
  there.)",
     .confirm = R"(- `X-Squid-Error: ERR_CONNECT_FAIL 111` in `curl -v -x http://10.10.10.1:80
  https://tools.cisco.com/` is the refusal itself, 110 a time-out, ERR_DNS_FAIL the name.
- On the proxy's host: `nc -vz tools.cisco.com 443`.
- Does it fail for every host? Then the proxy is to blame; for one host, the way to that one.)"},
    {.id = "proxy-gateway-timeout",
     .layer = Layer::proxy,
     .blame = "the proxy's way to the origin",
     .title = "The proxy waited in vain for the origin: 504",
     .remedy = "On the proxy's host, reach the origin's port; look at the proxy's parent and its "
               "time-outs.",
     .wire = R"(504 comes after a long wait, of a round number of seconds:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.988030 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], ack 123, win 509, length 0
    10:21:28.990000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:190, ack 123, win 509, length 189: HTTP: HTTP/1.1 504 Gateway Timeout
The wait is the proxy's (or its balancer's) own limit. squid says 503 for the same thing.)",
     .causes = R"(- A firewall between proxy and origin that drops in silence.
- A parent proxy or a scanner that hangs.
- haproxy in front: its server did not answer within `timeout server` or `timeout connect`.)",
     .confirm =
         R"(- `-w '%{time_connect} %{time_total}\n'`: the difference is the limit; find that number in the
  proxy's settings.
- On the proxy's host: `nc -vz -w 10 tools.cisco.com 443`, and a capture of that leg: SYNs without
  an answer.)"},
    {.id = "proxy-status",
     .layer = Layer::proxy,
     .blame = "the proxy",
     .title = "The proxy refuses the CONNECT",
     .remedy = "Look the status up in the proxy's documentation, and its log.",
     .wire = R"(A status that no other lesson is about answers the CONNECT:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.990000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:140, ack 123, win 509, length 139: HTTP: HTTP/1.1 429 Too Many Requests
Any 2xx starts a tunnel, and nothing else does. The table of codes in Cisco's article names eight
and leaves out 407, which who uses a proxy meets first; other codes come, registered or not.)",
     .causes = R"(- 429: a limit on requests. 451: blocked by law. 511: a portal.
- 517 and other numbers of no registry: products' own, such as for an origin's revoked certificate.
- 1xx before the real answer: correct by RFC 9110 section 15.2, and most clients stop there all the
  same.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -w '%{http_connect}\n'`, and the page
  with `tcpdump -A`.
- The proxy's documentation: the first digit says whose fault the proxy thinks it is (4 the
  client's, 5 its own).)"},
});

}  // namespace

std::span<const Lesson> reply() { return kLessons; }

}  // namespace misproxy::diagnose::lesson
