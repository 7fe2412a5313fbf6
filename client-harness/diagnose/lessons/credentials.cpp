#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {.id = "proxy-auth-missing",
     .layer = Layer::proxy,
     .blame = "the client's settings",
     .title = "The proxy wants credentials, and the client sent none",
     .remedy = "Set user name and password of the proxy; with curl -U user:password, not -u.",
     .wire =
         R"(The CONNECT carries no Proxy-Authorization, and the proxy answers 407 with what it would take:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.989000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:260, ack 123, win 509, length 259: HTTP: HTTP/1.1 407 Proxy Authentication Required
    10:20:58.989300 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 123, ack 260, win 502, length 0
One 407 followed by a CONNECT with credentials and a 200 is how Digest works, and healthy. A 407
that ends it is this lesson. The answer has to have Proxy-Authenticate (RFC 9110 section 15.5.8).)",
     .causes =
         R"(- `Use Proxy Authentication` is not set in the appliance, or user name and password are empty.
- curl was given `-u`, as Cisco's article does: that is for the origin. The proxy's are `-U`.
- Credentials in a URL of which a special character (@ : /) was not percent-encoded.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: no line `> Proxy-Authorization:`, then
  `< HTTP/1.1 407` and `< Proxy-Authenticate:` with the schemes.
- The same with `-U user:password --proxy-anyauth`: 200 means that only the credentials were
  missing.
- 407 is not in the article's table of codes; 401 to a CONNECT is a faulty proxy's way to say it.)"},
    {.id = "proxy-auth-rejected",
     .layer = Layer::proxy,
     .blame = "the client's settings",
     .title = "The proxy does not take the client's credentials",
     .remedy = "Correct user name and password, and check that the account is not locked.",
     .wire =
         R"(The CONNECT carries credentials, and 407 comes all the same, once or again and again:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:162, ack 1, win 502, length 161: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.989000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:260, ack 162, win 509, length 259: HTTP: HTTP/1.1 407 Proxy Authentication Required
With `tcpdump -A` the request shows `Proxy-Authorization: Basic ...` or `Digest username=...`. With
Digest, one repetition after `stale=true` is normal: the password was right and only the nonce old
(RFC 7616).)",
     .causes =
         R"(- A wrong password, a locked or expired account, a user name that wants its domain.
- A password with characters that the settings file or the shell changed.
- Digest against a proxy with a fault: a nonce bound to a connection that it closes, or stale
  without end.
- Digest over `/` instead of `host:port`: the client's hash has to take the CONNECT's own target.)",
     .confirm = R"(- The user's log-in at the proxy's directory, by hand; then its log of log-ins.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -U user --proxy-anyauth` (curl asks for
  the password, so no shell changes it).
- In the capture: the same nonce twice with nc going up is right; 407 with a new nonce each time is
  a refusal.)"},
    {.id = "proxy-auth-unsupported",
     .layer = Layer::proxy,
     .blame = "the proxy's settings",
     .title = "The proxy offers no authentication scheme that the client uses",
     .remedy = "Offer Digest or Basic on the proxy: the FMC supports no NTLM. With curl: "
               "--proxy-digest or --proxy-anyauth.",
     .wire = R"(The proxy's 407 offers only what the client does not speak:
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.989000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:230, ack 123, win 509, length 229: HTTP: HTTP/1.1 407 Proxy Authentication Required
Behind it stand `Proxy-Authenticate: NTLM` or `Negotiate`, and the client closes, or sends another
scheme and gets the next 407. `-U` alone sends Basic at once, whatever is offered: one 407, and curl
stops.)",
     .causes =
         R"(- NTLM only: the FMC does not do NTLM. wget and Python requests do Basic only; Java leaves Basic out
  for tunnels.
- Digest is wanted, and curl was not told: it needs --proxy-digest, or --proxy-anyauth.
- --proxy-anyauth where Negotiate is offered beside Basic and there is no ticket: curl picks
  Negotiate and stays.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: every `< Proxy-Authenticate:` line;
  the scheme is the first word.
- One scheme by force: `--proxy-basic`, `--proxy-digest`, `--proxy-ntlm`; which of them gets 200?)"},
    {.id = "server-credentials-not-proxy",
     .layer = Layer::client,
     .blame = "the command line",
     .title = "The credentials went to the origin, not to the proxy",
     .remedy = "-u gives the server's credentials; the proxy's are given with -U, or --proxy-user.",
     .wire =
         R"(A 407 although the command line has a user and a password: the CONNECT shows no Proxy-Authorization.
    10:20:58.988000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 1:123, ack 1, win 502, length 122: HTTP: CONNECT tools.cisco.com:443 HTTP/1.1
    10:20:58.989000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:260, ack 123, win 509, length 259: HTTP: HTTP/1.1 407 Proxy Authentication Required
Through a proxy that asks for nothing it is worse, and looks like success: the proxy's password
travels inside the tunnel, as `Authorization: Basic`, to the origin.)",
     .causes =
         R"(- `curl -u proxyuser:proxypass --proxy ...`, as Cisco's article has it: -u and --user are for the
  server.
- The same in .curlrc, or in a program that hands its one pair of credentials to the wrong option.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -u user:password`: `> Authorization:`
  inside the tunnel, no `> Proxy-Authorization:` before it.
- The same with `-U`: `Proxy auth using Basic with user ...`.
- Change a password that went to an origin.)"},
});

}  // namespace

std::span<const Lesson> credentials() { return kLessons; }

}  // namespace misproxy::diagnose::lesson
