#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

struct x509_st;
struct evp_pkey_st;

namespace misproxy {

struct CertificateDeleter {
  void operator()(x509_st* certificate) const;
};
struct KeyDeleter {
  void operator()(evp_pkey_st* key) const;
};
using Certificate = std::unique_ptr<x509_st, CertificateDeleter>;
using Key = std::unique_ptr<evp_pkey_st, KeyDeleter>;

/// Seconds since 1970, UTC: what certificates count in.
using CivilTime = std::chrono::sys_seconds;

/// A certificate and its key as PEM texts (RFC 7468).
struct PemPair {
  std::string certificate;
  std::string key;
};

/// A certificate authority. RSA keys of 2048 bits throughout, so that a signature, and with it
/// every record that carries one, has one size (DESIGN.md, "Randomness and time").
class Authority {
 public:
  /// A new self-signed CA, good for ten years from the day before `now`.
  static PemPair create(CivilTime now);
  /// The CA in `pem`, or nothing where it does not read, the key is not the certificate's, or `now`
  /// is outside its validity.
  static std::optional<Authority> read(const PemPair& pem, CivilTime now);

  /// A server certificate for `host` (a name, a wildcard or an address; RFC 5280 section 4.2.1.6),
  /// good for 90 days from the day before `now`, over `key`.
  Certificate issue(std::string_view host, const Key& key, CivilTime now) const;

 private:
  Authority(Certificate certificate, Key key);

  Certificate certificate_;
  Key key_;
};

/// RSA, 2048 bits.
Key make_key();

}  // namespace misproxy
