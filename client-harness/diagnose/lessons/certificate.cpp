#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {.id = "tls-cert-expired",
     .layer = Layer::tls,
     .blame = "the origin's certificate, or the client's clock",
     .title = "The certificate has expired",
     .remedy = "Look at the client's clock first; then have the certificate renewed.",
     .wire =
         R"(The server's certificate comes, and the client answers with an alert 45, or with an encrypted one in
TLS 1.3:
    10:20:59.020000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 40:2300, ack 640, win 509, length 2260: HTTP
    10:20:59.022000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 640:647, ack 2300, win 501, length 7: HTTP
    10:20:59.022100 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 647, ack 2300, win 501, length 0
In the clear the alert reads `1503 0300 0202 2d`. TLS 1.3 encrypts the certificate itself, so that a
capture without keys shows no date.)",
     .causes = R"(- The origin's certificate was not renewed.
- The client's clock is wrong by months: an appliance without NTP after a power cut.
- TLS inspection with an expired CA, or with certificates that are made with the old dates.)",
     .confirm = R"(- `date -u` on the client first.
- `openssl s_client -connect tools.cisco.com:443 -proxy 10.10.10.1:80 </dev/null | openssl x509
  -noout -dates -issuer`.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: exit code 60, `certificate has
  expired`, verify result 10.)"},
    {.id = "tls-cert-not-yet-valid",
     .layer = Layer::tls,
     .blame = "the client's clock, or the certificate",
     .title = "The certificate is not valid yet",
     .remedy = "Set the client's clock: NTP.",
     .wire = R"(The same packets as for an expired one: certificate, alert (42 or 45), FIN.
    10:20:59.020000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 40:2300, ack 640, win 509, length 2260: HTTP
    10:20:59.022000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 640:647, ack 2300, win 501, length 7: HTTP
    10:20:59.022100 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 647, ack 2300, win 501, length 0
The dates decide, and a capture of TLS 1.3 shows them only with the keys; the log does it better.)",
     .causes = R"(- The client's clock is behind, often at 1970 or at the day of its firmware.
- The inspecting proxy's clock is ahead, and it makes its certificates valid from its own now.
- A certificate put into service too early.)",
     .confirm =
         R"(- `date -u` on the client and on the proxy; `timedatectl`, `ntpq -p`. NTP does not go through the
  proxy.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: exit code 60, `certificate is not yet
  valid`, verify result 9.)"},
    {.id = "tls-cert-wrong-host",
     .layer = Layer::tls,
     .blame = "the origin's certificate, or a device in between",
     .title = "The certificate is for another host",
     .remedy = "Look whose certificate it is: a wrong server, or a block page of the proxy.",
     .wire =
         R"(The certificate comes, and the client ends the handshake; mostly with alert 42 or 46, or with none
at all:
    10:20:59.020000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 40:2300, ack 640, win 509, length 2260: HTTP
    10:20:59.022000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 640:647, ack 2300, win 501, length 7: HTTP
    10:20:59.022100 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 647, ack 2300, win 501, length 0
The names in the certificate (subjectAltName) do not have the host's among them.)",
     .causes = R"(- The URL has an address, or an alias that the certificate does not name.
- The wrong server: DNS at the proxy, an old address, a balancer's default certificate.
- A block page that the proxy serves in the origin's place, under its own name.)",
     .confirm =
         R"(- `openssl s_client -connect tools.cisco.com:443 -proxy 10.10.10.1:80 </dev/null | openssl x509
  -noout -subject -issuer -ext subjectAltName`.
- The same without -proxy: another certificate means that the proxy is in between.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: exit code 60, `no alternative
  certificate subject name matches`, verify result 1.)"},
    {.id = "tls-untrusted-ca",
     .layer = Layer::tls,
     .blame = "TLS inspection, or the client's trust store",
     .title = "The client does not trust the certificate's issuer",
     .remedy = "Exempt the host from TLS inspection, or import the inspecting CA into the client's "
               "trust store.",
     .wire =
         R"(The certificate comes, and the client answers with the alert 48 (unknown_ca), in the clear in TLS
1.2:
    10:20:59.020000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 40:2300, ack 640, win 509, length 2260: HTTP
    10:20:59.022000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 640:647, ack 2300, win 501, length 7: HTTP
    10:20:59.022100 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 647, ack 2300, win 501, length 0
The bytes are `1503 0300 0202 30`. TLS 1.3 hides alert and certificate alike; a client's short
record before its FIN is then all that can be seen.)",
     .causes =
         R"(- TLS inspection: the proxy makes a certificate for each host, signed by the company's own CA.
- A self-signed certificate, or an origin that leaves out its intermediate.
- The public root changed, and the appliance still has the old store.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ -k 2>&1 | grep issuer`: your own
  company's name is inspection.
- The issuer through the proxy beside the issuer without it (`openssl s_client`, with and without
  -proxy).
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: exit code 60; verify result 18 or 19
  self-signed or inspection, 20 an issuer that is not known.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ --cacert CA.pem` with the suspected CA:
  success proves it.)"},
    {.id = "tls-cert-revoked",
     .layer = Layer::tls,
     .blame = "the origin's certificate",
     .title = "The certificate is revoked",
     .remedy = "Have the certificate replaced.",
     .wire =
         R"(The certificate comes, and the client answers with the alert 44 (certificate_revoked):
    10:20:59.020000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 40:2300, ack 640, win 509, length 2260: HTTP
    10:20:59.022000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 640:647, ack 2300, win 501, length 7: HTTP
Between the two there may be a connection to another host, on port 80: the client asks a revocation
list or an OCSP responder, through the proxy or around it.)",
     .causes = R"(- The origin's key was lost or replaced, and its certificate revoked.
- An inspecting proxy checks by itself and answers in its own way, some with a 5xx of no registry
  (517).
- A list that is old or forged by a device in between.)",
     .confirm =
         R"(- `openssl s_client -connect tools.cisco.com:443 -status`: the stapled OCSP answer.
- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/ --cert-status`: what curl makes of that
  answer; a server that staples none fails here too.
- The certificate's serial number in the CA's list.)"},
    {.id = "tls-cert-refused",
     .layer = Layer::tls,
     .blame = "the certificate",
     .title = "The client refuses the certificate",
     .remedy =
         "`curl -v` through the same proxy tells the reason, which TLS 1.3 hides from a capture.",
     .wire =
         R"(The client ends the handshake behind the server's certificate, and the reason does not show:
    10:20:59.020000 IP 10.10.10.1.80 > 10.40.40.1.54321: Flags [P.], seq 40:3056, ack 640, win 509, length 3016: HTTP
    10:20:59.024000 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [P.], seq 640:664, ack 3056, win 501, length 24: HTTP
    10:20:59.024100 IP 10.40.40.1.54321 > 10.10.10.1.80: Flags [F.], seq 664, ack 3056, win 501, length 0
24 bytes are an encrypted alert of TLS 1.3 (5 of header, 2 of alert, 1 of type, 16 of tag). In the
clear it is 42, 43, 46 or 51: bad, unsupported, unknown, or a signature that does not verify.)",
     .causes = R"(- An issuer that is not trusted: TLS inspection first of all.
- Dates or names, as in the lessons tls-cert-expired and tls-cert-wrong-host.
- A key too short or a signature too old (SHA-1) for the client.)",
     .confirm =
         R"(- `curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`: one line names the reason; exit code
  60, and -w '%{ssl_verify_result}' its number.
- `SSLKEYLOGFILE=keys.txt curl -v -x http://10.10.10.1:80 https://tools.cisco.com/`, and Wireshark
  with that file shows certificate and alert.)"},
});

}  // namespace

std::span<const Lesson> certificate() { return kLessons; }

}  // namespace misproxy::diagnose::lesson
