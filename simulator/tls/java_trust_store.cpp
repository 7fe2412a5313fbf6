#include "tls/java_trust_store.hpp"

#include <openssl/bio.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>

#include <memory>

namespace misproxy {
namespace {

template <auto Free>
struct FreedBy {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

void free_bags(STACK_OF(PKCS12_SAFEBAG) * bags) {
  sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free);
}
void free_safes(STACK_OF(PKCS7) * safes) { sk_PKCS7_pop_free(safes, PKCS7_free); }

using Bags = std::unique_ptr<STACK_OF(PKCS12_SAFEBAG), FreedBy<free_bags>>;
using Safes = std::unique_ptr<STACK_OF(PKCS7), FreedBy<free_safes>>;
using File = std::unique_ptr<PKCS12, FreedBy<PKCS12_free>>;
using X509Ptr = std::unique_ptr<X509, FreedBy<X509_free>>;
using BioPtr = std::unique_ptr<BIO, FreedBy<BIO_free>>;
using Object = std::unique_ptr<ASN1_OBJECT, FreedBy<ASN1_OBJECT_free>>;

// What tells Java that a certificate without a key is one to trust, and for every purpose.
constexpr auto kTrustedKeyUsage = "2.16.840.1.113894.746875.1.1";
constexpr auto kAnyExtendedKeyUsage = "2.5.29.37.0";
constexpr int kAsItIs = -1;  // of a safe: not encrypted

Bags bag_of(X509* certificate) {
  Bags bags(sk_PKCS12_SAFEBAG_new_null());
  auto* bag = PKCS12_SAFEBAG_create_cert(certificate);
  const Object any(OBJ_txt2obj(kAnyExtendedKeyUsage, 1));
  if (!bags || bag == nullptr || sk_PKCS12_SAFEBAG_push(bags.get(), bag) <= 0) return nullptr;
  // With a length of -1 an object is taken as one, and not as its bytes.
  const auto* usage = reinterpret_cast<const unsigned char*>(any.get());
  const bool good = PKCS12_add_friendlyname_utf8(bag, "misproxy", -1) == 1 &&
                    PKCS12_add1_attr_by_txt(bag, kTrustedKeyUsage, V_ASN1_OBJECT, usage, -1) == 1;
  return good ? std::move(bags) : nullptr;
}

}  // namespace

std::string java_trust_store(std::string_view certificate) {
  const BioPtr text(BIO_new_mem_buf(certificate.data(), static_cast<int>(certificate.size())));
  const X509Ptr read(PEM_read_bio_X509(text.get(), nullptr, nullptr, nullptr));
  if (!read) return {};
  const auto bags = bag_of(read.get());
  STACK_OF(PKCS7)* made = nullptr;
  const bool safe = bags && PKCS12_add_safe(&made, bags.get(), kAsItIs, 0, nullptr) == 1;
  const Safes safes(made);
  const File file(safe ? PKCS12_add_safes(safes.get(), 0) : nullptr);
  if (!file || PKCS12_set_mac(file.get(), kTrustStorePassword, -1, nullptr, 0, PKCS12_DEFAULT_ITER,
                              EVP_sha256()) != 1)
    return {};
  std::string bytes(static_cast<std::size_t>(i2d_PKCS12(file.get(), nullptr)), '\0');
  auto* out = reinterpret_cast<unsigned char*>(bytes.data());
  i2d_PKCS12(file.get(), &out);
  return bytes;
}

}  // namespace misproxy
