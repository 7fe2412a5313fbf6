#include "tls/authority.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/endpoint.hpp"
#include "core/ensure.hpp"

namespace misproxy {
namespace {

constexpr int kKeyBits = 2048;
constexpr std::size_t kLongestCommonName = 64;  // ub-common-name, RFC 5280 appendix A.1
constexpr std::chrono::days kAuthorityLife{3650};
constexpr std::chrono::days kServerLife{90};
constexpr std::chrono::days kGrace{1};  // for clients whose clock is behind
constexpr auto kAuthorityName = "misproxy local CA";

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;

Bio memory_bio() { return {BIO_new(BIO_s_mem()), &BIO_free}; }

Bio memory_bio(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), &BIO_free};
}

std::string text_in(const Bio& bio) {
  char* start = nullptr;
  const long length = BIO_get_mem_data(bio.get(), &start);
  return {start, static_cast<std::size_t>(length)};
}

/// 16 random bytes of which the first is 0x40 to 0x7f: positive, and always the same length in DER.
void set_serial(X509* certificate) {
  std::array<unsigned char, 16> bytes{};
  ensure(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1, "RAND_bytes");
  bytes[0] = static_cast<unsigned char>((bytes[0] & 0x3f) | 0x40);
  BIGNUM* number = BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
  BN_free(number);
}

void set_validity(X509* certificate, CivilTime now, std::chrono::days life) {
  const std::time_t from = (now - kGrace).time_since_epoch().count();
  const std::time_t until = (now - kGrace + life).time_since_epoch().count();
  ASN1_TIME_set(X509_getm_notBefore(certificate), from);
  ASN1_TIME_set(X509_getm_notAfter(certificate), until);
}

void set_common_name(X509_NAME* name, std::string_view text) {
  if (text.size() > kLongestCommonName) return;  // the alternative name carries it
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(text.data()),
                             static_cast<int>(text.size()), -1, 0);
}

void add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  ensure(extension != nullptr, "X509V3_EXT_conf_nid");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Certificate new_certificate(const Key& key, CivilTime now, std::chrono::days life) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  set_serial(certificate.get());
  set_validity(certificate.get(), now, life);
  X509_set_pubkey(certificate.get(), key.get());
  return certificate;
}

std::string alternative_name(std::string_view host) {
  return fmt::format("{}:{}", is_address(host) ? "IP" : "DNS", host);
}

}  // namespace

void CertificateDeleter::operator()(x509_st* certificate) const { X509_free(certificate); }
void KeyDeleter::operator()(evp_pkey_st* key) const { EVP_PKEY_free(key); }

Key make_key() {
  Key key(EVP_RSA_gen(kKeyBits));
  ensure(key != nullptr, "EVP_RSA_gen");
  return key;
}

Authority::Authority(Certificate certificate, Key key)
    : certificate_(std::move(certificate)), key_(std::move(key)) {}

PemPair Authority::create(CivilTime now) {
  const Key key = make_key();
  const Certificate certificate = new_certificate(key, now, kAuthorityLife);
  X509* raw = certificate.get();
  set_common_name(X509_get_subject_name(raw), kAuthorityName);
  X509_set_issuer_name(raw, X509_get_subject_name(raw));
  add_extension(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension(raw, raw, NID_subject_key_identifier, "hash");
  ensure(X509_sign(raw, key.get(), EVP_sha256()) > 0, "X509_sign");
  const Bio certificate_pem = memory_bio();
  const Bio key_pem = memory_bio();
  PEM_write_bio_X509(certificate_pem.get(), raw);
  PEM_write_bio_PKCS8PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {text_in(certificate_pem), text_in(key_pem)};
}

std::optional<Authority> Authority::read(const PemPair& pem, CivilTime now) {
  const Bio certificate_pem = memory_bio(pem.certificate);
  const Bio key_pem = memory_bio(pem.key);
  Certificate certificate(PEM_read_bio_X509(certificate_pem.get(), nullptr, nullptr, nullptr));
  Key key(PEM_read_bio_PrivateKey(key_pem.get(), nullptr, nullptr, nullptr));
  if (!certificate || !key) return std::nullopt;
  if (X509_check_private_key(certificate.get(), key.get()) != 1) return std::nullopt;
  std::time_t at = now.time_since_epoch().count();
  const bool begun = X509_cmp_time(X509_get0_notBefore(certificate.get()), &at) < 0;
  const bool over = X509_cmp_time(X509_get0_notAfter(certificate.get()), &at) < 0;
  if (!begun || over) return std::nullopt;
  return Authority(std::move(certificate), std::move(key));
}

Certificate Authority::issue(std::string_view host, const Key& key, CivilTime now) const {
  Certificate certificate = new_certificate(key, now, kServerLife);
  X509* raw = certificate.get();
  set_common_name(X509_get_subject_name(raw), host);
  X509_set_issuer_name(raw, X509_get_subject_name(certificate_.get()));
  add_extension(raw, certificate_.get(), NID_basic_constraints, "critical,CA:FALSE");
  add_extension(raw, certificate_.get(), NID_key_usage,
                "critical,digitalSignature,keyEncipherment");
  add_extension(raw, certificate_.get(), NID_ext_key_usage, "serverAuth");
  add_extension(raw, certificate_.get(), NID_subject_alt_name, alternative_name(host));
  add_extension(raw, certificate_.get(), NID_subject_key_identifier, "hash");
  add_extension(raw, certificate_.get(), NID_authority_key_identifier, "keyid");
  ensure(X509_sign(raw, key_.get(), EVP_sha256()) > 0, "X509_sign");
  return certificate;
}

}  // namespace misproxy
