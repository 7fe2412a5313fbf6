#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
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
});

}  // namespace

std::span<const Lesson> tls() { return kLessons; }

}  // namespace misproxy::diagnose::lesson
