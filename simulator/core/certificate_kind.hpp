#pragma once

#include <array>
#include <string_view>

#include "core/words.hpp"

namespace misproxy {

/// What is wrong with a server's certificate. How each is made: tls/recipe.hpp.
/// Source: RFC 5280, RFC 9525 (names), CA/Browser Forum's Baseline Requirements (weak keys, SHA-1).
enum class CertificateKind {
  good,
  expired,
  not_yet_valid,
  wrong_host,
  self_signed,
  incomplete_chain,
  untrusted_ca,
  revoked,
  weak_key,
  sha_1,
  no_san,
};

template <>
struct WordsOf<CertificateKind> {
  static constexpr std::array<std::string_view, 11> words{
      "good",         "expired", "not-yet-valid", "wrong-host", "self-signed", "incomplete-chain",
      "untrusted-ca", "revoked", "weak-key",      "sha-1",      "no-san",
  };
};

template <>
struct SentencesOf<CertificateKind> {
  static constexpr std::array<std::string_view, 11> sentences{
      "for the host that was asked for, issued by misproxy's CA",
      "it ended ten days ago",
      "it begins in ninety days",
      "it is for wrong-host.invalid",
      "nobody has issued it but itself",
      "an intermediate CA has issued it, and that one's certificate is not sent",
      "a second CA has issued it, which is sent along and which no client trusts",
      "misproxy's CA has revoked it: in the list of `misproxy ca --crl`, and in its OCSP staple; "
      "live only",
      "over an RSA key of 1024 bits; live only",
      "signed with SHA-1; live only",
      "the host stands in the common name alone, and in no alternative name",
  };
};

/// What a server asks of its clients. Source: RFC 8446 section 4.3.2, RFC 5246 section 7.4.4.
enum class ClientCertificate { unasked, wanted, required };

template <>
struct WordsOf<ClientCertificate> {
  static constexpr std::array<std::string_view, 3> words{"unasked", "wanted", "required"};
};

template <>
struct SentencesOf<ClientCertificate> {
  static constexpr std::array<std::string_view, 3> sentences{
      "the client shows none",
      "it is asked for one, and may have none; one that misproxy's CA has not issued is refused",
      "without one that misproxy's CA has issued there is no connection",
  };
};

/// The cipher suites that a server takes.
enum class Ciphers { usual, none_shared };

template <>
struct WordsOf<Ciphers> {
  static constexpr std::array<std::string_view, 2> words{"usual", "none-shared"};
};

template <>
struct SentencesOf<Ciphers> {
  static constexpr std::array<std::string_view, 2> sentences{
      "those of OpenSSL", "none that clients offer: handshake_failure, `no shared cipher`"};
};

}  // namespace misproxy
