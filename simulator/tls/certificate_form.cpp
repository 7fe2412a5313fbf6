#include "tls/certificate_form.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include <map>
#include <memory>
#include <utility>

#include "core/endpoint.hpp"
#include "core/ensure.hpp"
#include "tls/owned.hpp"
#include "tls/small_library.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kLongestCommonName = ub_common_name;  // RFC 5280 appendix A.1

using Extension = Owned<X509_EXTENSION, X509_EXTENSION_free>;
using Octets = Owned<ASN1_OCTET_STRING, ASN1_OCTET_STRING_free>;
using HostNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;
using KeyIdentifier = Owned<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;

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

/// OpenSSL encodes the key, reads what it wrote, and throws the result away for the key that it was
/// given: without a reader it skips that.
void show_key(X509* certificate, const Key& key) {
  const SmallLibraryScope no_reader(empty_library());
  ensure(X509_set_pubkey(certificate, key.get()) == 1, "X509_set_pubkey");
}

Extension constant(int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, nullptr, nullptr, nullptr, nullptr, 0);
  Extension made(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  ensure(made != nullptr, "X509V3_EXT_conf_nid");
  return made;
}

/// From what it says, not from a text that OpenSSL would have to take apart again.
void add(X509* certificate, int nid, void* value) {
  ensure(X509_add1_ext_i2d(certificate, nid, value, 0, X509V3_ADD_APPEND) == 1,
         "X509_add1_ext_i2d");
}

GENERAL_NAME* general_name(const std::string& host) {
  auto* name = GENERAL_NAME_new();
  if (is_address(host)) {
    GENERAL_NAME_set0_value(name, GEN_IPADD, a2i_IPADDRESS(host.c_str()));
    return name;
  }
  auto* text = ASN1_IA5STRING_new();
  ASN1_STRING_set(text, host.data(), static_cast<int>(host.size()));
  GENERAL_NAME_set0_value(name, GEN_DNS, text);
  return name;
}

}  // namespace

Certificate new_certificate(const Key& key, Validity validity, Serial serial) {
  Certificate certificate(X509_new());
  X509_set_version(certificate.get(), X509_VERSION_3);
  set_serial(certificate.get(), serial);
  set_validity(certificate.get(), validity);
  show_key(certificate.get(), key);
  return certificate;
}

void set_common_name(X509_NAME* name, std::string_view text) {
  if (text.size() > kLongestCommonName) return;
  X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(text.data()),
                             static_cast<int>(text.size()), -1, 0);
}

void add_constant(X509* certificate, int nid, const char* value) {
  thread_local std::map<std::pair<int, std::string_view>, Extension> made;
  auto found = made.find({nid, value});
  if (found == made.end()) found = made.emplace(std::pair{nid, value}, constant(nid, value)).first;
  X509_add_ext(certificate, found->second.get(), -1);
}

void add_alternative_names(X509* certificate, const std::vector<std::string>& hosts) {
  const HostNames names(GENERAL_NAMES_new());
  for (const auto& host : hosts)
    sk_GENERAL_NAME_push(names.get(), general_name(host));
  add(certificate, NID_subject_alt_name, names.get());
}

/// Source: RFC 5280 section 4.2.1.2, method 1.
void add_key_identifier(X509* certificate) {
  const auto* bits = X509_get0_pubkey_bitstr(certificate);
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(ASN1_STRING_get0_data(bits), static_cast<std::size_t>(ASN1_STRING_length(bits)),
       digest.data());
  const Octets identifier(ASN1_OCTET_STRING_new());
  ASN1_OCTET_STRING_set(identifier.get(), digest.data(), static_cast<int>(digest.size()));
  add(certificate, NID_subject_key_identifier, identifier.get());
}

void add_issuers_key_identifier(X509* certificate, const X509* issuer) {
  const KeyIdentifier identifier(AUTHORITY_KEYID_new());
  if (issuer != certificate) {
    identifier->keyid = static_cast<ASN1_OCTET_STRING*>(
        X509_get_ext_d2i(issuer, NID_subject_key_identifier, nullptr, nullptr));
  }
  add(certificate, NID_authority_key_identifier, identifier.get());
}

void sign(X509* certificate, EVP_PKEY* key, bool sha_1) {
  // Ed25519 hashes for itself.
  const auto* digest = is_ed25519(key) ? nullptr : sha_1 ? EVP_sha1() : EVP_sha256();
  ensure(X509_sign(certificate, key, digest) > 0, "X509_sign");
}

void leave_unsigned(X509* certificate) {
  const X509_ALGOR* outer = nullptr;
  X509_get0_signature(nullptr, &outer, certificate);
  for (const auto* each : {outer, X509_get0_tbs_sigalg(certificate)})
    X509_ALGOR_set0(const_cast<X509_ALGOR*>(each), OBJ_nid2obj(NID_ED25519), V_ASN1_UNDEF, nullptr);
}

bool is_signed(const X509* certificate) {
  const ASN1_BIT_STRING* signature = nullptr;
  X509_get0_signature(&signature, nullptr, certificate);
  return ASN1_STRING_length(signature) > 0;
}

bool is_ed25519(const EVP_PKEY* key) { return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519; }

}  // namespace misproxy
