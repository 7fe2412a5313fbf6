#include "diagnose/certificate_words.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"

namespace misproxy::diagnose {
namespace {

struct CertificateWords {
  std::string_view part;
  std::string_view id;
  std::string_view client;
};

/// The first that is found counts.
constexpr auto kCertificateWords = std::to_array<CertificateWords>({
    {" is before 2", "tls-cert-not-yet-valid", "Go: expired or is not yet valid: T is before 2026"},
    {"too weak", "tls-cert-refused", "OpenSSL: a key, or the digest of a signature"},
    {"has expired", "tls-cert-expired", "OpenSSL, Go, NSS, Schannel"},
    {"not yet valid", "tls-cert-not-yet-valid", "OpenSSL"},
    {"notyetvalid", "tls-cert-not-yet-valid", "Java, rustls"},
    {"not_yet_valid", "tls-cert-not-yet-valid", "Node"},
    {"not yet activated", "tls-cert-not-yet-valid", "GnuTLS"},
    {"not activated", "tls-cert-not-yet-valid", "GnuTLS"},
    {"notbefore: ", "tls-cert-not-yet-valid", "Java"},
    {"current date before", "tls-cert-not-yet-valid", "wolfSSL"},
    {"badcert_future", "tls-cert-not-yet-valid", "mbedTLS"},
    {"revoked", "tls-cert-revoked", "all"},
    {"expired", "tls-cert-expired", "all"},
    {"expiration date has passed", "tls-cert-expired", "GnuTLS"},
    {"notafter: ", "tls-cert-expired", "Java"},
    {"current date after", "tls-cert-expired", "wolfSSL"},
    {"does not match", "tls-cert-wrong-host", "curl, GnuTLS, NSS, Node"},
    {"hostname verification failed", "tls-cert-wrong-host", "Perl, LWP"},
    {"did not match", "tls-cert-wrong-host", "Secure Transport"},
    {"do not match", "tls-cert-wrong-host", "wolfSSL"},
    {"doesn't match", "tls-cert-wrong-host", "Python"},
    {"ip address mismatch", "tls-cert-wrong-host", "OpenSSL"},
    {"host name mismatch", "tls-cert-wrong-host", "OpenSSL"},
    {"hostname mismatch", "tls-cert-wrong-host", "OpenSSL"},
    {"namemismatch", "tls-cert-wrong-host", ".NET"},
    {"cn_mismatch", "tls-cert-wrong-host", "mbedTLS"},
    {"no alternative certificate subject name", "tls-cert-wrong-host", "curl"},
    {"no subject alternative", "tls-cert-wrong-host", "Java"},
    {"no name matching", "tls-cert-wrong-host", "Java"},
    {"altname", "tls-cert-wrong-host", "Node"},
    {"certificate is valid for", "tls-cert-wrong-host", "Go"},
    {"not valid for name", "tls-cert-wrong-host", "rustls"},
    {"notvalidforname", "tls-cert-wrong-host", "rustls"},
    {"err_cert_common_name_invalid", "tls-cert-wrong-host", "Chromium"},
    {"err_cert_authority_invalid", "tls-untrusted-ca", "Chromium"},
    {"principal", "tls-cert-wrong-host", "Schannel"},
    {"self-signed", "tls-untrusted-ca", "OpenSSL"},
    {"self signed", "tls-untrusted-ca", "OpenSSL"},
    {"self_signed", "tls-untrusted-ca", "Node"},
    {"unable to get local issuer", "tls-untrusted-ca", "OpenSSL"},
    {"unable to get issuer", "tls-untrusted-ca", "OpenSSL"},
    {"unable_to_get_issuer", "tls-untrusted-ca", "Node"},
    {"unable_to_verify_leaf", "tls-untrusted-ca", "Node"},
    {"unable to verify the first certificate", "tls-untrusted-ca", "OpenSSL"},
    {"unknown ca", "tls-untrusted-ca", "TLS"},
    {"unknown_issuer", "tls-untrusted-ca", "NSS"},
    {"unknownissuer", "tls-untrusted-ca", "rustls"},
    {"issuer is unknown", "tls-untrusted-ca", "GnuTLS"},
    {"issuer is not known", "tls-untrusted-ca", "aria2"},
    {"not trusted", "tls-untrusted-ca", "GnuTLS, Schannel, NSS"},
    {"not_trusted", "tls-untrusted-ca", "mbedTLS"},
    {"does not trust", "tls-untrusted-ca", "mitmproxy"},
    {"not recognized", "tls-untrusted-ca", "NSS"},
    {"unknown authority", "tls-untrusted-ca", "Go"},
    {"valid certification path", "tls-untrusted-ca", "Java"},
    {"untrustedroot", "tls-untrusted-ca", ".NET"},
    {"untrusted_root", "tls-untrusted-ca", "Schannel"},
    {"partialchain", "tls-untrusted-ca", ".NET"},
    {"no signer error", "tls-untrusted-ca", "wolfSSL"},
    {"signer not available", "tls-untrusted-ca", "wolfSSL"},
    {"invalid certificate chain", "tls-untrusted-ca", "Secure Transport"},
    {"trust anchor", "tls-untrusted-ca", "BearSSL"},
});

}  // namespace

std::string_view verdict_on_certificate(std::string_view words) {
  const auto* const found = std::ranges::find_if(
      kCertificateWords,
      [&](const CertificateWords& each) { return holds_in_any_case(words, each.part); });
  return found == kCertificateWords.end() ? std::string_view() : found->id;
}

}  // namespace misproxy::diagnose
