#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {.id = "tls-not-tls",
     .layer = Layer::tls,
     .blame = "the origin, or a device in the tunnel",
     .title = "What answers the ClientHello is not TLS",
     .remedy =
         "Check the origin's port, and whether the proxy writes a page of its own into the tunnel.",
     .wire = R"(The tunnel is up, the ClientHello goes out, and what returns is text:
    10:20:59.012000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 123:640, ack 40, win 502, length 517: HTTP
    10:20:59.020000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 40:349, ack 640, win 509, length 309: HTTP: HTTP/1.1 400 Bad Request
A TLS record from a server begins with 0x16 (handshake) or 0x15 (alert), then 03 03 or 03 01.
Letters there are somebody who speaks HTTP, SMTP or whatever else, in clear.)",
     .causes = R"(- The origin's port is a plain one (`https://host:80`).
- The proxy answers 200, and then writes an error page of its own into the tunnel.
- A 200 with a body: its bytes come where TLS should begin. RFC 9110 section 9.3.6 allows none.)",
     .confirm =
         R"(- `tcpdump -X`, or `tshark -r FILE -z follow,tcp,ascii,0`: the text mostly names its author.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: exit code 35, `wrong version number`.
- `openssl s_client -connect tools.cisco.com:443` from the proxy's host, without the proxy.)"},
    {.id = "tls-reset",
     .layer = Layer::tls,
     .blame = "a policy on the way, or the origin",
     .title = "The tunnel is reset in the TLS handshake",
     .remedy = "Try the same proxy with another host name (SNI), and the host from elsewhere; look "
               "for a policy on names.",
     .wire =
         R"(A RST from the proxy's side ends the tunnel before TLS is up, mostly right behind the ClientHello:
    10:20:59.010000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:40, ack 123, win 509, length 39: HTTP: HTTP/1.1 200 Connection established
    10:20:59.012000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 123:640, ack 40, win 502, length 517: HTTP
    10:20:59.012900 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [R.], seq 40, ack 640, win 509, length 0
The ClientHello is the one message in which the host's name stands in clear (SNI), and where the
client shows its versions and ciphers: whoever filters on these, filters here.)",
     .causes = R"(- A policy on host names, in the proxy or in a device beyond it.
- The origin, or a balancer in front of it, that resets what it does not like.
- A box that reads the ClientHello in one piece: a post-quantum one (1,500 bytes and more) needs two
  segments.
- An upstream that died just then; a crash of the proxy.)",
     .confirm =
         R"(- The same address with another name: `curl -v -x http://10.10.10.1:80 --connect-to ::72.163.4.161:
  https://example.com/ -k`.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ --curves X25519`: if that passes, the
  size of the ClientHello is it.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: exit code 35, `Recv failure:
  Connection reset by peer`.
- A capture between proxy and origin: does the RST come from there?)"},
    {.id = "tls-closed",
     .layer = Layer::tls,
     .blame = "the origin, or the proxy",
     .title = "The tunnel is closed in the TLS handshake",
     .remedy = "Look at the proxy's log for this tunnel: did the origin close, or the proxy?",
     .wire =
         R"(FIN instead of a ServerHello, or in the middle of the handshake, with no TLS alert to say why:
    10:20:59.010000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:40, ack 123, win 509, length 39: HTTP: HTTP/1.1 200 Connection established
    10:20:59.012000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 123:640, ack 40, win 502, length 517: HTTP
    10:20:59.030000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [F.], seq 40, ack 640, win 509, length 0
    10:20:59.030200 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 640, ack 41, win 502, length 0
When one side of a tunnel closes, the proxy passes on what is left and closes the other: a FIN of
the proxy's is often the origin's.)",
     .causes = R"(- The origin's TLS listener is down behind its balancer, or limits connections.
- The proxy said 200 before it had reached the origin, and then could not.
- A security device that closes politely.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: exit code 35, `SSL_ERROR_SYSCALL` or
  `unexpected eof while reading`.
- The proxy's log: bytes from the origin, 0, and how long it took.
- `openssl s_client -connect tools.cisco.com:443 -servername tools.cisco.com` on the proxy's host.)"},
    {.id = "tls-no-server-hello",
     .layer = Layer::tls,
     .blame = "the origin, or the proxy's way to it",
     .title = "The ClientHello gets no answer",
     .remedy = "Reach the origin from the proxy's host; try a smaller ClientHello (`curl --curves "
               "X25519`).",
     .wire = R"(The ClientHello is acknowledged, and no ServerHello comes:
    10:20:59.010000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1:40, ack 123, win 509, length 39: HTTP: HTTP/1.1 200 Connection established
    10:20:59.012000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 123:640, ack 40, win 502, length 517: HTTP
    10:20:59.012060 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], ack 640, win 509, length 0
    10:21:29.015000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 640, ack 40, win 502, length 0
The ACK is the proxy's kernel's: the client's side of the path is well. Where the ClientHello is
sent again and again without that ACK, it is the path: mtu-black-hole, path-loss.)",
     .causes = R"(- A service that accepts and says nothing: not TLS at all, or out of workers.
- The path between proxy and origin loses it: the larger (post-quantum) ClientHello above all.
- A box that waits for a whole ClientHello in its first read, and gets half of one.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -m 20 --curves X25519` makes the
  ClientHello small; if that works, it is the size.
- `openssl s_client -connect tools.cisco.com:443` on the proxy's host.
- A capture between proxy and origin: is the ClientHello acknowledged there?)"},
    {.id = "tls-handshake-stall",
     .layer = Layer::tls,
     .blame = "the origin, or the proxy's way to it",
     .title = "The TLS handshake stops half-way",
     .remedy = "Look at the proxy's log and its leg to the origin; try with another TLS version.",
     .wire =
         R"(ServerHello and perhaps the certificate came, and then nothing; neither end has finished:
    10:20:59.012000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 123:640, ack 40, win 502, length 517: HTTP
    10:20:59.020000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [.], seq 40:1500, ack 640, win 509, length 1460: HTTP
    10:20:59.020050 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [.], ack 1500, win 501, length 0
    10:21:29.021000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 640, ack 1500, win 501, length 0
All that came was acknowledged, and nothing is missing in between: look for SACK first, because the
piece with the certificate is the first large one and an MTU black hole shows here too.)",
     .causes =
         R"(- The origin, or an inspecting proxy, waits: for a revocation check, a key server, a client
  certificate.
- The path between origin and proxy loses the origin's large segments; the client's capture cannot
  show it.)",
     .confirm =
         R"(- A capture on the proxy's leg to the origin: duplicate ACKs with SACK there are a black hole there.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ --tls-max 1.2` and `--tlsv1.3`: does one
  of them pass?
- The host with inspection bypassed.)"},
    {.id = "tls-version",
     .layer = Layer::tls,
     .blame = "the client's and the origin's settings",
     .title = "Client and server have no TLS version in common",
     .remedy = "Permit TLS 1.2 and 1.3 on both sides.",
     .wire = R"(The server answers the ClientHello with seven bytes, a fatal alert, and closes:
    10:20:59.012000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 123:640, ack 40, win 502, length 517: HTTP
    10:20:59.013000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 40:47, ack 640, win 509, length 7: HTTP
    10:20:59.013010 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [F.], seq 47, ack 640, win 509, length 0
`tcpdump -X` shows `1503 0x00 0202 46`: fatal (2), protocol_version (70). 86
(inappropriate_fallback) belongs here.)",
     .causes =
         R"(- A client that may only do TLS 1.0 or 1.1 against an origin that wants 1.2, or the other way round.
- A client told to do TLS 1.3 only.
- An inspecting proxy with a small set of versions.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ --tlsv1.2 --tls-max 1.2`, then
  `--tlsv1.3`: which gets through?
- `openssl s_client -connect tools.cisco.com:443 -tls1_2` without the proxy: a difference is the
  proxy's inspection.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: exit code 35, `tlsv1 alert protocol
  version`.)"},
    {.id = "tls-handshake-failure",
     .layer = Layer::tls,
     .blame = "the client's and the origin's settings",
     .title = "Client and server do not agree on a cipher, or on a client certificate",
     .remedy = "Compare the cipher lists; look whether the server wants a client certificate.",
     .wire =
         R"(A fatal alert of the server's, 40 (handshake_failure), 71 (insufficient_security) or 120, after the
ClientHello or after the client's second flight:
    10:20:59.012000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 123:640, ack 40, win 502, length 517: HTTP
    10:20:59.013000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 40:47, ack 640, win 509, length 7: HTTP
The bytes are `1503 0x00 0202 28`. Straight after the ClientHello it means that there is no cipher,
group or signature in common; after the client's own Certificate, that this one was missing or did
not please.)",
     .causes = R"(- Lists of ciphers without an overlap: FIPS mode, an old origin, an old appliance.
- A client certificate is wanted (TLS 1.2 says 40 for that; TLS 1.3 has 116).
- Only RSA or only ECDSA certificates at one end, and only the other in the client's list.)",
     .confirm =
         R"(- `openssl s_client -connect tools.cisco.com:443 -cipher ALL:@SECLEVEL=0`: does it work then?
- Wireshark shows the ClientHello's list, and a CertificateRequest in TLS 1.2.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ --ciphers DEFAULT@SECLEVEL=1`: exit code
  35 goes away if it is the level.)"},
    {.id = "tls-client-cert-required",
     .layer = Layer::tls,
     .blame = "the client's settings",
     .title = "The server wants a client certificate",
     .remedy = "Renew or install the client's certificate; the proxy has no part in it.",
     .wire =
         R"(TLS 1.3: the handshake seems done, the request goes out, and an alert comes back encrypted; with the
keys it reads certificate_required (116). In TLS 1.2 it is alert 40 or 42 in the clear, before the
end of the handshake.
    10:20:59.030000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 720:832, ack 3056, win 501, length 112: HTTP
    10:20:59.031000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 3056:3080, ack 832, win 509, length 24: HTTP
    10:20:59.031010 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [F.], seq 3080, ack 832, win 509, length 0)",
     .causes =
         R"(- The appliance's own certificate has expired, and so it sends none, or a bad one. TAC meets this
  with licensing.
- The service wants mutual TLS, and the client was given no certificate.
- TLS inspection: the proxy cannot present the client's certificate for it, as it has no key of it.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ --cert FILE --key FILE`: does it pass?
- curl ends with 35 in TLS 1.2; in TLS 1.3 with 55 or 56 after %{time_appconnect} is above zero.
- `openssl x509 -noout -enddate -in FILE` for the client's certificate.)"},
    {.id = "tls-unrecognized-name",
     .layer = Layer::tls,
     .blame = "the origin, or the name asked for",
     .title = "The server does not know the name that the client asked for",
     .remedy = "CONNECT to the host's name, not to its address.",
     .wire = R"(An alert 112 (unrecognized_name) behind the ClientHello:
    10:20:59.012000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 123:640, ack 40, win 502, length 517: HTTP
    10:20:59.013000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 40:47, ack 640, win 509, length 7: HTTP
The bytes are `1503 0x00 0202 70`. With level 1 instead of 2 it is a warning, after which some
clients go on.)",
     .causes =
         R"(- A CONNECT by address, as in Cisco's article: the client then sends no name, or an address, which
  no server with several hosts knows.
- A host name that was moved away from that server; an old entry in DNS or /etc/hosts.
- A proxy that resolves the name differently from everybody else (split DNS).)",
     .confirm =
         R"(- `openssl s_client -connect ADDRESS:443 -servername tools.cisco.com`, and with `-noservername`.
- In Wireshark: the extension server_name in the ClientHello.
- `host tools.cisco.com` on the proxy's host, and elsewhere.)"},
    {.id = "tls-alert",
     .layer = Layer::tls,
     .blame = "the end that sent the alert",
     .title = "A TLS alert ended the handshake",
     .remedy = "Look the alert up in RFC 8446 section 6.",
     .wire = R"(An alert ended the handshake, of a kind that no other lesson has:
    10:20:59.013000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 40:47, ack 640, win 509, length 7: HTTP
    10:20:59.013010 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [F.], seq 47, ack 640, win 509, length 0
An alert is one record: type 0x15, version, length 2, level (1 warning, 2 fatal), description. 20
bad_record_mac: bytes were changed on the way. 50 decode_error: a message was malformed. 80
internal_error.)",
     .causes =
         R"(- A device that alters the stream (20, 51), for instance a proxy with faulty inspection.
- A fault in one of the two TLS implementations (50, 47, 10).
- Trouble of the server's own (80).)",
     .confirm =
         R"(- `tshark -r FILE -Y tls.alert_message -V` names level and description, and who sent it.
- `openssl s_client -connect tools.cisco.com:443 -msg` without the proxy: is the alert there as
  well?)"},
    {.id = "tls-handshake-ended",
     .layer = Layer::tls,
     .blame = "the client, as far as it shows",
     .title = "The client ended the TLS handshake",
     .remedy = "The client's log tells why: mostly it refused the certificate.",
     .wire =
         R"(The server's flight has come whole, and the client closes, without an alert that can be read:
    10:20:59.020000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 1500:3056, ack 640, win 509, length 1556: HTTP
    10:20:59.024000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 640:664, ack 3056, win 501, length 24: HTTP
    10:20:59.024100 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 664, ack 3056, win 501, length 0
In TLS 1.3 the alert of a client that refuses a certificate may be encrypted: then it is a short
record of type 0x17 before the FIN.)",
     .causes = R"(- The client did not like the certificate: see tls-untrusted-ca, tls-cert-expired,
  tls-cert-wrong-host.
- The client only wanted to see whether TLS works.
- A time limit of the client's.)",
     .confirm =
         R"(- The client's log: `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`; exit code 60 is the
  certificate.
- A capture with the client's key log (`SSLKEYLOGFILE=keys.txt`), which lets Wireshark read the
  alert.)"},
});

}  // namespace

std::span<const Lesson> tls() { return kLessons; }

}  // namespace misproxy::diagnose::lesson
