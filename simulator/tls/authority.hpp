#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

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

/// From and until when a certificate is good (RFC 5280 section 4.1.2.5).
struct Validity {
  CivilTime from;
  CivilTime until;
};

/// What an end's certificate says, and how it is signed.
///
/// `names`: hosts and addresses, the first the subject's common name too; `alternative_names`: they
/// stand in that extension (RFC 5280 section 4.2.1.6), as they have to. `serial`: empty for one of
/// its own; others share one, as all that were revoked do. `usage`: `serverAuth` or `clientAuth`.
struct Leaf {
  std::vector<std::string> names;
  Validity validity;
  bool alternative_names = true;
  bool sha_1 = false;
  std::string serial{};
  const char* usage = "serverAuth";
};

/// Why a pair is no CA to issue certificates with.
enum class AuthorityFlaw {
  no_certificate,
  no_key,
  not_its_key,
  no_authority,  // a server's certificate, or another's that may not issue
  virtual_,
  not_yet_valid,
  expired,
};

/// A certificate authority, with keys whose signatures have one size, and with them the records
/// that carry them (DESIGN.md, "Randomness and time"). Two kinds: an installation's own, RSA with
/// 2048 bits; and the virtual world's, Ed25519 (RFC 8410), in which keys and serial numbers come
/// from the seed. Whoever knows the seed has the virtual one's key, so no real client may trust it.
class Authority {
 public:
  /// A new self-signed CA, good for ten years from the day before `now`.
  static PemPair create(CivilTime now);
  /// The CA in `pem`, or nothing where it does not read, the key is not the certificate's, `now` is
  /// outside its validity, or it is a virtual one.
  static std::optional<Authority> read(const PemPair& pem, CivilTime now);
  /// Why it would not be read; nothing where it would.
  static std::optional<AuthorityFlaw> flaw(const PemPair& pem, CivilTime now);
  /// A new certificate for the CA in `pem`, in whatever time: the same name, the same key, good for
  /// ten years from the day before `now`. What it has issued holds under either.
  static std::variant<std::string, AuthorityFlaw> renewed(const PemPair& pem, CivilTime now);
  /// The virtual world's CA: equal bytes for equal seed and time, on every machine.
  static Authority from_seed(std::uint64_t seed, CivilTime now);

  /// How long a server certificate holds, and how much of that lies before it is made, for clients
  /// whose clock is behind.
  static constexpr std::chrono::days kServerLife{90};
  static constexpr std::chrono::days kGrace{1};

  /// A server certificate for `host` (a name, a wildcard or an address; RFC 5280 section 4.2.1.6),
  /// good for 90 days from the day before `now`, over `key`.
  Certificate issue(std::string_view host, const Key& key, CivilTime now) const;
  Certificate issue(const Leaf& leaf, const Key& key) const;
  /// The same, with nobody behind it but itself.
  Certificate issue_self_signed(const Leaf& leaf, const Key& key) const;
  /// Another CA of the same kind, whom nobody has a reason to trust; `name` is its own.
  Authority another(std::string_view name, CivilTime now) const;
  /// A key for its servers, of the CA's own kind.
  Key make_server_key() const;

  Validity validity() const;
  /// What clients trust, without the key, which takes its time to encode.
  std::string certificate_pem() const;
  PemPair pem() const;
  x509_st* certificate() const;
  /// The same for who trusts it without looking at its signature (RFC 5280 section 6.1.1, d), which
  /// a virtual one does not make before somebody is to see it.
  x509_st* anchor() const { return anchor_.get(); }
  evp_pkey_st* key() const { return key_.get(); }
  bool is_virtual() const { return seed_.has_value(); }
  /// A random choice of the virtual world's; 0 for an installation's CA.
  std::uint64_t draw_for(std::string_view what, std::string_view host) const;

 private:
  Authority(Certificate anchor, Key key, std::optional<std::uint64_t> seed);

  Certificate make(const Leaf& leaf, const Key& key, const Authority* issuer) const;

  Certificate anchor_;
  mutable Certificate shown_;  // where the anchor is not signed
  Key key_;
  std::optional<std::uint64_t> seed_;
};

/// Whether a PEM certificate is a virtual world's CA, told by its name.
bool is_virtual_authority(const std::string& certificate_pem);

/// Of the first certificate in the text; nothing where there is none.
std::optional<Validity> validity_of(const std::string& certificate_pem);
/// Its SHA-256, in the form of `openssl x509 -fingerprint`; empty where there is none.
std::string fingerprint_of(const std::string& certificate_pem);

/// RSA, 2048 bits.
Key make_key();
/// RSA, 1024 bits: fewer than anybody takes today.
Key make_weak_key();

}  // namespace misproxy
