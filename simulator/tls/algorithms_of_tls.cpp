#include "tls/algorithms_of_tls.hpp"

#include <algorithm>
#include <initializer_list>
#include <string_view>

#include "tls/provider_functions.hpp"

namespace misproxy {
namespace {

using Names = std::initializer_list<std::string_view>;

bool is_one_of(const OSSL_ALGORITHM& algorithm, Names names) {
  return std::ranges::find(names, name_of(algorithm)) != names.end();
}

bool has(const OSSL_ALGORITHM& coder, std::string_view property) {
  return std::string_view(coder.property_definition).find(property) != std::string_view::npos;
}

bool is_of_certificates(const OSSL_ALGORITHM& coder) {
  return has(coder, "structure=SubjectPublicKeyInfo") && is_one_of(coder, {"ED25519", "RSA", "EC"});
}

}  // namespace

bool is_digest_of_tls(const OSSL_ALGORITHM& digest) {
  return is_one_of(digest,
                   {"SHA1", "SHA2-224", "SHA2-256", "SHA2-384", "SHA2-512", "MD5", "MD5-SHA1"});
}

bool is_cipher_of_tls(const OSSL_ALGORITHM& cipher) {
  return is_one_of(cipher,
                   {"NULL", "AES-256-GCM", "AES-128-GCM", "ChaCha20-Poly1305", "AES-256-CBC",
                    "AES-128-CBC", "AES-256-CBC-HMAC-SHA1", "AES-128-CBC-HMAC-SHA1",
                    "AES-256-CBC-HMAC-SHA256", "AES-128-CBC-HMAC-SHA256"});
}

bool is_code_of_tls(const OSSL_ALGORITHM& code) { return is_one_of(code, {"HMAC"}); }

bool is_derivation_of_tls(const OSSL_ALGORITHM& derivation) {
  return is_one_of(derivation, {"TLS13-KDF", "TLS1-PRF", "HKDF"});
}

bool is_key_of_tls(const OSSL_ALGORITHM& keys) {
  return is_one_of(
      keys, {"DH", "DSA", "RSA", "RSA-PSS", "EC", "X25519", "X448", "ED25519", "ED448", "HMAC"});
}

bool is_exchange_of_tls(const OSSL_ALGORITHM& exchange) {
  return is_one_of(exchange, {"DH", "ECDH", "X25519", "X448"});
}

bool is_signature_of_tls(const OSSL_ALGORITHM& signature) {
  return is_one_of(signature, {"DSA", "RSA", "ED25519", "ED448", "ECDSA", "HMAC"});
}

bool reads_used_keys(const OSSL_ALGORITHM& decoder) { return is_of_certificates(decoder); }

bool writes_used_keys(const OSSL_ALGORITHM& encoder) {
  return (is_of_certificates(encoder) && has(encoder, "output=der")) ||
         (is_one_of(encoder, {"ED25519"}) && has(encoder, "structure=PrivateKeyInfo"));
}

}  // namespace misproxy
