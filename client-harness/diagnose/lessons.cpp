#include <algorithm>
#include <array>

#include "diagnose/lesson.hpp"

namespace misproxy::diagnose {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
    {"healthy", Layer::none, "nobody", "Nothing failed", "Nothing to do."},
    {"not-enough-evidence", Layer::none, "nobody", "The evidence does not show what happened",
     "Take a capture at the client with whole packets (`tcpdump -i any -s 0 -w`), and `curl -v`."},
    {"proxy-name-unresolved", Layer::dns, "DNS, or the proxy's name in the settings",
     "The proxy's name does not resolve",
     "Correct the proxy's name, or give its address; check the DNS servers of the appliance."},
    {"host-name-unresolved", Layer::dns, "DNS", "A host's name does not resolve",
     "Check the DNS servers; behind an explicit proxy the client need not resolve the origin at "
     "all."},
    {"proxy-refused", Layer::tcp, "the proxy, or the port in the settings",
     "Nothing listens on the proxy's port",
     "Start the proxy's service, or correct the port in the settings."},
    {"proxy-syn-unanswered", Layer::tcp, "a firewall on the way, or the proxy's host",
     "The proxy does not answer the SYN",
     "Permit the client's address to the proxy's port on every firewall, both ways; check that the "
     "proxy's host is up and has a route back."},
    {"proxy-unreachable", Layer::tcp, "a router or firewall on the way",
     "ICMP says that the proxy cannot be reached",
     "Ask whoever runs the router that sent the ICMP: a missing route, or a rule that prohibits "
     "it."},
    {"connect-lost", Layer::path, "the path between client and proxy",
     "The CONNECT is lost on the way",
     "Look at inspection between client and proxy: small packets without data pass, the CONNECT "
     "does "
     "not."},
    {"proxy-connect-stall", Layer::proxy, "the proxy, or what it waits for",
     "The proxy takes the CONNECT and never answers",
     "Look at the proxy's log at that time: DNS, its upstream, an authentication service that "
     "hangs."},
    {"proxy-closed-without-reply", Layer::proxy, "the proxy",
     "The proxy closes without answering the CONNECT",
     "Check that the port is an HTTP proxy's and that it permits this client; its log says more."},
    {"proxy-reset-without-reply", Layer::proxy, "the proxy, or a device in front of it",
     "The CONNECT is answered with a RST",
     "Check that the port is an HTTP proxy's; look for a rule that resets this client or this "
     "host."},
    {"proxy-not-http", Layer::proxy, "the settings", "What listens there is not an HTTP proxy",
     "Correct host and port: another service answers there."},
    {"tls-to-plain-proxy", Layer::proxy, "the settings",
     "The client speaks TLS to a proxy that expects plain HTTP",
     "Give the proxy as http://, not https://: TLS begins behind the CONNECT."},
    {"proxy-reply-incomplete", Layer::proxy, "the proxy",
     "The proxy's answer breaks off in its head", "Look at the proxy's log and its version."},
    {"proxy-answer-unread", Layer::proxy, "the proxy, as far as it shows",
     "The proxy answered, and the client went no further",
     "Take the capture with whole packets, or the client's log: the answer's status decides."},
    {"proxy-denied", Layer::proxy, "the proxy's access list", "The proxy denies the CONNECT: 403",
     "Have the proxy's administrator permit the host (by name) for the client's address."},
    {"proxy-redirected", Layer::proxy, "the proxy's policy",
     "The proxy answers the CONNECT with a redirect",
     "A block page or a portal: have the host permitted without it; no client follows a redirect "
     "of a "
     "CONNECT."},
    {"proxy-auth-missing", Layer::proxy, "the client's settings",
     "The proxy wants credentials, and the client sent none",
     "Set user name and password of the proxy; with curl -U user:password, not -u."},
    {"proxy-auth-rejected", Layer::proxy, "the client's settings",
     "The proxy does not take the client's credentials",
     "Correct user name and password, and check that the account is not locked."},
    {"proxy-auth-unsupported", Layer::proxy, "the proxy's settings",
     "The proxy offers no authentication scheme that the client uses",
     "Offer Digest or Basic on the proxy: the FMC supports no NTLM. With curl: --proxy-digest or "
     "--proxy-anyauth."},
    {"proxy-bad-request", Layer::proxy, "the client's request",
     "The proxy finds the CONNECT malformed: 400",
     "Compare the CONNECT in the capture with RFC 9110 section 9.3.6; look for a header that a "
     "device "
     "on the way or the client's settings added."},
    {"not-a-connect-proxy", Layer::proxy, "the settings", "The server there does not do CONNECT",
     "Correct host and port: a web server or a proxy without CONNECT answers there."},
    {"proxy-internal-error", Layer::proxy, "the proxy, or what is behind it",
     "The proxy answers 500",
     "Look at the proxy's log: with some proxies it is a name that does not resolve or a host that "
     "refuses."},
    {"proxy-bad-gateway", Layer::proxy, "the proxy's way to the origin",
     "The proxy cannot reach the origin: 502",
     "On the proxy's host, resolve and reach the origin: DNS, route, firewall."},
    {"proxy-unavailable", Layer::proxy, "the proxy, or its way to the origin",
     "The proxy answers 503",
     "Look at the proxy's error header and log: overload, or an origin that refuses or cannot be "
     "reached."},
    {"proxy-gateway-timeout", Layer::proxy, "the proxy's way to the origin",
     "The proxy waited in vain for the origin: 504",
     "On the proxy's host, reach the origin's port; look at the proxy's parent and its time-outs."},
    {"proxy-status", Layer::proxy, "the proxy", "The proxy refuses the CONNECT",
     "Look the status up in the proxy's documentation, and its log."},
    {"tls-not-tls", Layer::tls, "the origin, or a device in the tunnel",
     "What answers the ClientHello is not TLS",
     "Check the origin's port, and whether the proxy writes a page of its own into the tunnel."},
    {"tls-reset", Layer::tls, "a policy on the way, or the origin",
     "The tunnel is reset in the TLS handshake",
     "Try the same proxy with another host name (SNI), and the host from elsewhere; look for a "
     "policy "
     "on names."},
    {"tls-closed", Layer::tls, "the origin, or the proxy",
     "The tunnel is closed in the TLS handshake",
     "Look at the proxy's log for this tunnel: did the origin close, or the proxy?"},
    {"tls-no-server-hello", Layer::tls, "the origin, or the proxy's way to it",
     "The ClientHello gets no answer",
     "Reach the origin from the proxy's host; try a smaller ClientHello (`curl --curves X25519`)."},
    {"tls-handshake-stall", Layer::tls, "the origin, or the proxy's way to it",
     "The TLS handshake stops half-way",
     "Look at the proxy's log and its leg to the origin; try with another TLS version."},
    {"tls-version", Layer::tls, "the client's and the origin's settings",
     "Client and server have no TLS version in common", "Permit TLS 1.2 and 1.3 on both sides."},
    {"tls-handshake-failure", Layer::tls, "the client's and the origin's settings",
     "Client and server do not agree on a cipher, or on a client certificate",
     "Compare the cipher lists; look whether the server wants a client certificate."},
    {"tls-cert-expired", Layer::tls, "the origin's certificate, or the client's clock",
     "The certificate has expired",
     "Look at the client's clock first; then have the certificate renewed."},
    {"tls-cert-not-yet-valid", Layer::tls, "the client's clock, or the certificate",
     "The certificate is not valid yet", "Set the client's clock: NTP."},
    {"tls-cert-wrong-host", Layer::tls, "the origin's certificate, or a device in between",
     "The certificate is for another host",
     "Look whose certificate it is: a wrong server, or a block page of the proxy."},
    {"tls-untrusted-ca", Layer::tls, "TLS inspection, or the client's trust store",
     "The client does not trust the certificate's issuer",
     "Exempt the host from TLS inspection, or import the inspecting CA into the client's trust "
     "store."},
    {"tls-cert-revoked", Layer::tls, "the origin's certificate", "The certificate is revoked",
     "Have the certificate replaced."},
    {"tls-cert-refused", Layer::tls, "the certificate", "The client refuses the certificate",
     "`curl -v` through the same proxy tells the reason, which TLS 1.3 hides from a capture."},
    {"tls-client-cert-required", Layer::tls, "the client's settings",
     "The server wants a client certificate",
     "Renew or install the client's certificate; the proxy has no part in it."},
    {"tls-unrecognized-name", Layer::tls, "the origin, or the name asked for",
     "The server does not know the name that the client asked for",
     "CONNECT to the host's name, not to its address."},
    {"tls-alert", Layer::tls, "the end that sent the alert", "A TLS alert ended the handshake",
     "Look the alert up in RFC 8446 section 6."},
    {"tls-handshake-ended", Layer::tls, "the client, as far as it shows",
     "The client ended the TLS handshake",
     "The client's log tells why: mostly it refused the certificate."},
    {"mtu-black-hole", Layer::path, "a device on the path that drops large packets in silence",
     "An MTU black hole: large segments never arrive",
     "Let ICMP type 3 code 4 pass, or clamp the MSS where the small link is; find the size with "
     "`ping -M "
     "do -s 1472`."},
    {"reset-on-large-segment", Layer::path, "a device on the path, or the proxy",
     "A RST answers the first large segment",
     "Look for an inline device that resets what is large; an MTU that is too small drops, it does "
     "not "
     "reset."},
    {"path-loss", Layer::path, "the path between client and proxy",
     "What was sent is no longer acknowledged",
     "Look at the path at that moment: a link, a firewall's state, the host at the other end."},
    {"receiver-window-closed", Layer::path, "the end whose window is closed",
     "The receiver takes no more: its window is zero",
     "Look at the program at that end: it does not read."},
    {"reset-after-idle", Layer::path, "a NAT or firewall on the way",
     "A RST answers the first packet after a pause",
     "Raise the idle time-out of NAT and firewalls, or have the client send keep-alives."},
    {"response-stall", Layer::proxy, "the proxy, or the origin behind it",
     "The request is taken, and no response comes",
     "Look at the proxy's log (scanning, buffering) and at the origin; try with inspection "
     "bypassed."},
    {"upload-stall", Layer::proxy, "the proxy, or the origin behind it",
     "The upload is taken, and no response comes",
     "Look at the proxy's log and its size limits, and at the origin."},
    {"download-stall", Layer::proxy, "the proxy, or the origin behind it",
     "The download stops in the middle",
     "Look at the proxy's log: scanning, a size limit; try a smaller file, or with inspection "
     "bypassed."},
    {"slow-transfer", Layer::proxy, "the proxy, or the origin behind it",
     "The transfer is very slow", "Compare with a transfer that does not use the proxy."},
    {"truncated", Layer::proxy, "the proxy, or the origin behind it",
     "The transfer ends before its end",
     "Repeat it: the same count of bytes means a size limit, the same time a time-out."},
    {"reset-mid-transfer", Layer::path, "a firewall on the way, or the proxy",
     "A RST ends the transfer",
     "Look at firewalls between client and proxy (which resets both ends?) and at the proxy's "
     "log."},
    {"idle-timeout", Layer::proxy, "the proxy's idle time-out",
     "The proxy closes a tunnel in which nothing was said",
     "Raise the proxy's idle time-out, or have the client send keep-alives."},
    {"empty-reply", Layer::proxy, "the origin, or the proxy",
     "The tunnel is closed where a response was due",
     "Look at the origin's log, and at the proxy's for this tunnel."},
    {"client-abort", Layer::client, "the client", "The client ended a transfer that was under way",
     "Look at the client's own time limit, and at who stopped it."},
    {"origin-status", Layer::origin, "the origin", "The origin answers with an error",
     "The proxy did its work: ask whoever runs the origin, or correct the URL."},
    {"origin-rejects-upload", Layer::origin, "the origin", "The origin finds the upload too large",
     "Raise the origin's limit, or send less; the proxy has no part in it."},
    {"proxy-error-in-tunnel", Layer::proxy, "the inspecting proxy",
     "An inspecting proxy answers in the origin's place",
     "Exempt the host from TLS inspection, or raise the inspecting proxy's limits."},
    {"plain-http-status", Layer::proxy, "the proxy, or the origin behind it",
     "A plain request through the proxy gets an error",
     "The headers Via, Server and X-Squid-Error tell who answered."},
    {"proxy-bypassed", Layer::client, "the client's settings", "The client goes around the proxy",
     "Look at no_proxy and at the client's proxy settings."},
    {"server-credentials-not-proxy", Layer::client, "the command line",
     "The credentials went to the origin, not to the proxy",
     "-u gives the server's credentials; the proxy's are given with -U, or --proxy-user."},
    {"proxy-name-too-long", Layer::client, "the settings",
     "The proxy's name is longer than Smart Licensing takes",
     "Use a name of at most 64 characters, or the address."},
});

}  // namespace

std::span<const Lesson> lessons() { return kLessons; }

const Lesson* find_lesson(std::string_view id) {
  const auto found = std::find_if(kLessons.begin(), kLessons.end(),
                                  [&](const Lesson& each) { return each.id == id; });
  return found == kLessons.end() ? nullptr : &*found;
}

}  // namespace misproxy::diagnose
