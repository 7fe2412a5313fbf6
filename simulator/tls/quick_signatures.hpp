#pragma once

#include <openssl/core.h>

#include <array>

#include "tls/authority.hpp"

namespace misproxy {

/// Ed25519 (RFC 8032) as a provider's algorithm that signs and verifies with libsodium, in less
/// than half of the time that OpenSSL 3.0 takes; a signature is the same bytes. For keys of
/// `keys`'s making; what else there is to a signature is done by `signatures`. Both are tables of
/// OpenSSL's default provider.
const OSSL_DISPATCH* quick_signatures(const OSSL_ALGORITHM* signatures, const OSSL_ALGORITHM* keys);

/// The key that has these bytes for its secret (RFC 8032 section 5.1.5), of OpenSSL's default
/// library for this thread.
Key ed25519_key(std::array<unsigned char, 32> secret);

}  // namespace misproxy
