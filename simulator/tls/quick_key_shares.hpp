#pragma once

#include <openssl/core.h>

namespace misproxy {

/// Keys of X25519 (RFC 7748), as a provider's algorithm, made with libsodium in less than half of
/// the time that OpenSSL 3.0 takes: the same keys of the same random bytes. All else is done by
/// `keys`, the table of OpenSSL's default provider.
const OSSL_DISPATCH* quick_key_shares(const OSSL_ALGORITHM* keys);

}  // namespace misproxy
