#include "tls/authority.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <mutex>
#include <utility>

#include "core/draw.hpp"
#include "core/ensure.hpp"
#include "core/sha256.hpp"
#include "tls/certificate_form.hpp"
#include "tls/owned.hpp"
#include "tls/pem.hpp"
#include "tls/quick_signatures.hpp"
#include "tls/small_library.hpp"

namespace misproxy {
namespace {

constexpr int kKeyBits = 2048;
constexpr int kWeakKeyBits = 1024;
constexpr std::chrono::days kAuthorityLife{3650};
constexpr auto kGrace = Authority::kGrace;
constexpr auto kAuthorityName = "misproxy local CA";
constexpr std::string_view kVirtualName = "misproxy virtual CA";

Serial random_serial() {
  Serial bytes{};
  ensure(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "RAND_bytes");
  return bytes;
}

template <std::size_t kSize>
std::array<unsigned char, kSize> seeded_bytes(std::uint64_t key) {
  std::array<unsigned char, kSize> bytes{};
  SeededBytes(key).fill(0, {reinterpret_cast<char*>(bytes.data()), bytes.size()});
  return bytes;
}

Key seeded_key(std::uint64_t draw_key) { return ed25519_key(seeded_bytes<32>(draw_key)); }

Validity life_from(CivilTime now, std::chrono::days life) {
  return {now - kGrace, now - kGrace + life};
}

using Name = Owned<X509_NAME, X509_NAME_free>;

Name named(std::string_view text) {
  Name name(X509_NAME_new());
  set_common_name(name.get(), text);
  return name;
}

/// All but the signature.
Certificate self_issued(const X509_NAME* name, const Key& key, CivilTime now, Serial serial) {
  Certificate certificate = new_certificate(key, life_from(now, kAuthorityLife), serial);
  X509* raw = certificate.get();
  X509_set_subject_name(raw, name);
  X509_set_issuer_name(raw, X509_get_subject_name(raw));
  add_constant(raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_constant(raw, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_key_identifier(raw);
  return certificate;
}

Certificate self_signed(const X509_NAME* name, const Key& key, CivilTime now, Serial serial) {
  Certificate certificate = self_issued(name, key, now, serial);
  sign(certificate.get(), key.get());
  return certificate;
}

CivilTime civil(const ASN1_TIME* time) {
  std::tm fields{};
  ensure(ASN1_TIME_to_tm(time, &fields) == 1, "ASN1_TIME_to_tm");
  return CivilTime{std::chrono::seconds{::timegm(&fields)}};
}

Validity validity_in(const Certificate& certificate) {
  return {civil(X509_get0_notBefore(certificate.get())),
          civil(X509_get0_notAfter(certificate.get()))};
}

struct Parts {
  Certificate certificate;
  Key key;
};

/// The first certificate of a pair and its key, whatever the time.
std::variant<Parts, AuthorityFlaw> parts_of(const PemPair& pem) {
  auto certificates = certificates_in(pem.certificate);
  Key key = key_in(pem.key);
  if (certificates.empty()) return AuthorityFlaw::no_certificate;
  if (is_virtual_authority(pem.certificate)) return AuthorityFlaw::virtual_;
  if (!key) return AuthorityFlaw::no_key;
  auto& certificate = certificates.front();
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    ERR_clear_error();
    return AuthorityFlaw::not_its_key;
  }
  if (X509_check_ca(certificate.get()) == 0) return AuthorityFlaw::no_authority;
  return Parts{std::move(certificate), std::move(key)};
}

std::optional<AuthorityFlaw> flaw_in_time(const Parts& parts, CivilTime now) {
  const auto [from, until] = validity_in(parts.certificate);
  if (now < from) return AuthorityFlaw::not_yet_valid;
  if (now > until) return AuthorityFlaw::expired;
  return std::nullopt;
}

/// For what is made while connections wait: RSA keys take a second on a busy machine.
Key make_quick_key() {
  Key key(EVP_EC_gen("P-256"));
  ensure(key != nullptr, "EVP_EC_gen");
  return key;
}

/// Only RSA can encipher a key.
const char* server_key_usage(const Key& key) {
  return is_ed25519(key.get()) ? "critical,digitalSignature"
                               : "critical,digitalSignature,keyEncipherment";
}

/// Of what all that have this text for a serial share.
Serial serial_of(std::string_view text) {
  Serial serial{};
  const auto digest = sha256_hex(text);
  std::copy_n(digest.begin(), serial.size(), serial.begin());
  return serial;
}

}  // namespace

void CertificateDeleter::operator()(x509_st* certificate) const { X509_free(certificate); }
void KeyDeleter::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

Key make_key() {
  Key key(EVP_RSA_gen(kKeyBits));
  ensure(key != nullptr, "EVP_RSA_gen");
  return key;
}

Key make_weak_key() {
  Key key(EVP_RSA_gen(kWeakKeyBits));
  ensure(key != nullptr, "EVP_RSA_gen");
  return key;
}

bool is_virtual_authority(const std::string& certificate_pem) {
  const auto found = certificates_in(certificate_pem);
  return std::any_of(found.begin(), found.end(), [](const Certificate& certificate) {
    std::array<char, ub_common_name + 1> name{};
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name.data(),
                              static_cast<int>(name.size()));
    return name.data() == kVirtualName;
  });
}

std::optional<Validity> validity_of(const std::string& certificate_pem) {
  const auto found = certificates_in(certificate_pem);
  return found.empty() ? std::nullopt : std::optional(validity_in(found.front()));
}

std::string fingerprint_of(const std::string& certificate_pem) {
  const auto found = certificates_in(certificate_pem);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (found.empty() || X509_digest(found.front().get(), EVP_sha256(), digest.data(), &size) != 1)
    return {};
  return fmt::format("{:02X}", fmt::join(digest.begin(), digest.begin() + size, ":"));
}

Authority::Authority(Certificate anchor, Key key, std::optional<std::uint64_t> seed)
    : anchor_(std::move(anchor)), key_(std::move(key)), seed_(seed) {}

PemPair Authority::create(CivilTime now) {
  Key key = make_key();
  Certificate certificate = self_signed(named(kAuthorityName).get(), key, now, random_serial());
  return Authority(std::move(certificate), std::move(key), std::nullopt).pem();
}

Authority Authority::from_seed(std::uint64_t seed, CivilTime now) {
  const SmallLibraryScope small;
  Key key = seeded_key(draw(seed, "virtual CA key", "", 0));
  const auto serial = seeded_bytes<16>(draw(seed, "virtual CA serial", "", 0));
  thread_local const Name name = named(kVirtualName);
  Certificate anchor = self_issued(name.get(), key, now, serial);
  leave_unsigned(anchor.get());
  return {std::move(anchor), std::move(key), seed};
}

std::optional<Authority> Authority::read(const PemPair& pem, CivilTime now) {
  auto found = parts_of(pem);
  auto* parts = std::get_if<Parts>(&found);
  if (parts == nullptr || flaw_in_time(*parts, now)) return std::nullopt;
  return Authority(std::move(parts->certificate), std::move(parts->key), std::nullopt);
}

std::optional<AuthorityFlaw> Authority::flaw(const PemPair& pem, CivilTime now) {
  const auto found = parts_of(pem);
  if (const auto* flaw = std::get_if<AuthorityFlaw>(&found)) return *flaw;
  return flaw_in_time(std::get<Parts>(found), now);
}

std::variant<std::string, AuthorityFlaw> Authority::renewed(const PemPair& pem, CivilTime now) {
  const auto found = parts_of(pem);
  if (const auto* flaw = std::get_if<AuthorityFlaw>(&found)) return *flaw;
  const auto& [certificate, key] = std::get<Parts>(found);
  return to_pem(self_signed(X509_get_subject_name(certificate.get()), key, now, random_serial()));
}

x509_st* Authority::certificate() const {
  if (is_signed(anchor_.get())) return anchor_.get();
  static std::mutex signing;
  const std::lock_guard lock(signing);
  if (shown_) return shown_.get();
  const SmallLibraryScope small(is_virtual());
  shown_.reset(X509_dup(anchor_.get()));
  sign(shown_.get(), key_.get());
  return shown_.get();
}

Validity Authority::validity() const { return validity_in(anchor_); }
std::string Authority::certificate_pem() const { return to_pem(certificate()); }
PemPair Authority::pem() const { return {certificate_pem(), to_pem(key_)}; }

std::uint64_t Authority::draw_for(std::string_view what, std::string_view host) const {
  return seed_ ? draw(*seed_, what, host, 0) : 0;
}

Key Authority::make_server_key() const {
  const SmallLibraryScope small(is_virtual());
  return is_virtual() ? seeded_key(draw_for("server key", "")) : make_key();
}

Authority Authority::another(std::string_view name, CivilTime now) const {
  const SmallLibraryScope small(is_virtual());
  Key key = is_virtual() ? seeded_key(draw_for("another CA's key", name)) : make_quick_key();
  const auto serial =
      is_virtual() ? seeded_bytes<16>(draw_for("another CA's serial", name)) : random_serial();
  Certificate certificate = self_signed(named(name).get(), key, now, serial);
  return {std::move(certificate), std::move(key), seed_};
}

Certificate Authority::issue(std::string_view host, const Key& key, CivilTime now) const {
  return issue(Leaf{{std::string(host)}, life_from(now, kServerLife)}, key);
}

Certificate Authority::issue(const Leaf& leaf, const Key& key) const {
  return make(leaf, key, this);
}

Certificate Authority::issue_self_signed(const Leaf& leaf, const Key& key) const {
  return make(leaf, key, nullptr);
}

Certificate Authority::make(const Leaf& leaf, const Key& key, const Authority* issuer) const {
  const SmallLibraryScope small(is_virtual());
  const auto& host = leaf.names.front();
  auto serial =
      is_virtual() ? seeded_bytes<16>(draw_for("certificate serial", host)) : random_serial();
  if (!leaf.serial.empty()) serial = serial_of(leaf.serial);
  Certificate certificate = new_certificate(key, leaf.validity, serial);
  X509* raw = certificate.get();
  const X509* above = issuer != nullptr ? issuer->anchor() : raw;
  set_common_name(X509_get_subject_name(raw), host);
  X509_set_issuer_name(raw, X509_get_subject_name(above));
  add_constant(raw, NID_basic_constraints, "critical,CA:FALSE");
  add_constant(raw, NID_key_usage, server_key_usage(key));
  add_constant(raw, NID_ext_key_usage, leaf.usage);
  if (leaf.alternative_names) add_alternative_names(raw, leaf.names);
  add_key_identifier(raw);
  add_issuers_key_identifier(raw, above);
  sign(raw, issuer != nullptr ? issuer->key() : key.get(), leaf.sha_1);
  return certificate;
}

}  // namespace misproxy
