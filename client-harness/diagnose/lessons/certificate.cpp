#include "diagnose/lessons/lessons.hpp"

namespace misproxy::diagnose::lesson {
namespace {

constexpr std::array kLessons = std::to_array<Lesson>({
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
});

}  // namespace

std::span<const Lesson> certificate() { return kLessons; }

}  // namespace misproxy::diagnose::lesson
