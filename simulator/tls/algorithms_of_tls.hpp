#pragma once

#include <openssl/core.h>

namespace misproxy {

/// Which of OpenSSL's algorithms the virtual world's TLS has a use for: all that its ClientHello
/// offers, and its certificates; of others OpenSSL 3.0 makes each one, too, and goes through them
/// for each key that it reads or writes.
bool is_digest_of_tls(const OSSL_ALGORITHM& digest);
bool is_cipher_of_tls(const OSSL_ALGORITHM& cipher);
bool is_code_of_tls(const OSSL_ALGORITHM& code);
bool is_derivation_of_tls(const OSSL_ALGORITHM& derivation);
bool is_key_of_tls(const OSSL_ALGORITHM& keys);
bool is_exchange_of_tls(const OSSL_ALGORITHM& exchange);
bool is_signature_of_tls(const OSSL_ALGORITHM& signature);
/// Readers and writers of the keys of the virtual world's certificates, and of those that it
/// refuses, in the form that certificates have (RFC 5280 section 4.1.2.7).
bool reads_used_keys(const OSSL_ALGORITHM& decoder);
/// Those that come from a seed, secret ones as well.
bool writes_used_keys(const OSSL_ALGORITHM& encoder);

}  // namespace misproxy
