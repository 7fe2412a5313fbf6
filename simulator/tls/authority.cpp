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
#include <map>
#include <utility>

#include "core/draw.hpp"
#include "core/endpoint.hpp"
#include "core/ensure.hpp"
#include "core/sha256.hpp"
#include "tls/pem.hpp"
#include "tls/quick_signatures.hpp"
#include "tls/small_library.hpp"

namespace misproxy {
namespace {

constexpr int kKeyBits = 2048;
constexpr int kWeakKeyBits = 1024;
constexpr std::size_t kLongestCommonName = 64;  // ub-common-name, RFC 5280 appendix A.1
constexpr std::chrono::days kAuthorityLife{3650};
constexpr auto kGrace = Authority::kGrace;
constexpr auto kAuthorityName = "misproxy local CA";
constexpr std::string_view kVirtualName = "misproxy virtual CA";

using Serial = std::array<unsigned char, 16>;

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

/// The first byte becomes 0x40 to 0x7f: positive, and always the same length in DER.
void set_serial(X509* certificate, Serial bytes) {
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x3f) | 0x40);
  BIGNUM* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
}

void set_validity(X509* certificate, Validity validity) {
  ASN1_TIME_set(X509_getm_notBefore(certificate), validity.from.time_since_epoch().count());
  ASN1_TIME_set(X509_getm_notAfter(certificate), validity.until.time_since_epoch().count());
}

Validity life_from(CivilTime now, std::chrono::days life) {
  return {now - kGrace, now - kGrace + life};
}

void set_common_name(X509_NAME* name, std::string_view text) {
  if (text.size() > kLongestCommonName) return;  // the alternative name carries it
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(text.data()),
                             static_cast<int>(text.size()), -1, 0);
}

using Extension = std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)>;

Extension new_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  Extension made(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), &X509_EXTENSION_free);
  ensure(made != nullptr, "X509V3_EXT_conf_nid");
  return made;
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509_add_ext(certificate, new_extension(certificate, issuer, nid, value).get(), -1);
}

/// One that says the same in every certificate: its text, a literal, is read once.
void add_constant(X509* certificate, int nid, const char* value) {
  thread_local std::map<std::pair<int, std::string_view>, Extension> made;
  auto found = made.find({nid, value});
  if (found == made.end())
    found = made.emplace(std::pair{nid, value}, new_extension(nullptr, nullptr, nid, value)).first;
  X509_add_ext(certificate, found->second.get(), -1);
}

/// OpenSSL encodes the key, reads what it wrote, and throws the result away for the key that it was
/// given: without a reader it skips that.
void show_key(X509* certificate, const Key& key) {
  const SmallLibraryScope no_reader(empty_library());
  ensure(X509_set_pubkey(certificate, key.get()) == 1, "X509_set_pubkey");
}

Certificate new_certificate(const Key& key, Validity validity, Serial serial) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  set_serial(certificate.get(), serial);
  set_validity(certificate.get(), validity);
  show_key(certificate.get(), key);
  return certificate;
}

bool is_ed25519(const EVP_PKEY* key) { return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519; }

void sign(X509* certificate, EVP_PKEY* key, const EVP_MD* digest = EVP_sha256()) {
  // Ed25519 hashes for itself.
  ensure(X509_sign(certificate, key, is_ed25519(key) ? nullptr : digest) > 0, "X509_sign");
}

using Name = std::unique_ptr<X509_NAME, decltype(&X509_NAME_free)>;

Name named(std::string_view text) {
  Name name(X509_NAME_new(), &X509_NAME_free);
  set_common_name(name.get(), text);
  return name;
}

Certificate self_signed(const X509_NAME* name, const Key& key, CivilTime now, Serial serial) {
  Certificate certificate = new_certificate(key, life_from(now, kAuthorityLife), serial);
  X509* raw = certificate.get();
  X509_set_subject_name(raw, name);
  X509_set_issuer_name(raw, X509_get_subject_name(raw));
  add_constant(raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_constant(raw, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(raw, raw, NID_subject_key_identifier, "hash");
  sign(raw, key.get());
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

std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string text;
  for (const auto& host : hosts)
    text += fmt::format("{}{}:{}", text.empty() ? "" : ",", is_address(host) ? "IP" : "DNS", host);
  return text;
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
    std::array<char, kLongestCommonName + 1> name{};
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

Authority::Authority(Certificate certificate, Key key, std::optional<std::uint64_t> seed)
    : certificate_(std::move(certificate)), key_(std::move(key)), seed_(seed) {}

PemPair Authority::create(CivilTime now) {
  Key key = make_key();
  Certificate certificate = self_signed(named(kAuthorityName).get(), key, now, random_serial());
  return Authority(std::move(certificate), std::move(key), std::nullopt).pem();
}

Authority Authority::from_seed(std::uint64_t seed, CivilTime now) {
  const SmallLibraryScope small;
  Key key = seeded_key(draw(seed, "virtual CA key", "", 0));
  const auto serial = seeded_bytes<16>(draw(seed, "virtual CA serial", "", 0));
  Certificate certificate = self_signed(named(kVirtualName).get(), key, now, serial);
  return {std::move(certificate), std::move(key), seed};
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

Validity Authority::validity() const { return validity_in(certificate_); }
std::string Authority::certificate_pem() const { return to_pem(certificate_); }
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
  X509* above = issuer != nullptr ? issuer->certificate() : raw;
  set_common_name(X509_get_subject_name(raw), host);
  X509_set_issuer_name(raw, X509_get_subject_name(above));
  add_constant(raw, NID_basic_constraints, "critical,CA:FALSE");
  add_constant(raw, NID_key_usage, server_key_usage(key));
  add_constant(raw, NID_ext_key_usage, leaf.usage);
  if (leaf.alternative_names)
    add_extension(raw, above, NID_subject_alt_name, alternative_names(leaf.names));
  add_extension(raw, above, NID_subject_key_identifier, "hash");
  add_extension(raw, above, NID_authority_key_identifier, "keyid");
  sign(raw, issuer != nullptr ? issuer->key() : key.get(), leaf.sha_1 ? EVP_sha1() : EVP_sha256());
  return certificate;
}

}  // namespace misproxy
