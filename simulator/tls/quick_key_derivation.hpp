#pragma once

#include <openssl/core_dispatch.h>

namespace misproxy {

/// OpenSSL's key derivation of TLS 1.3 (RFC 8446 section 7.1), of whose time in OpenSSL 3.0 more
/// than half goes into objects that it makes, looks up and throws away for each of the forty keys
/// of a handshake: here HKDF is done at once with OpenSSL's SHA-256 and SHA-384, on the stack. What
/// is asked for in another way than libssl does goes to OpenSSL's own. `derivations`: the table of
/// its algorithms, the inner functions of which it needs.
const OSSL_DISPATCH* quick_key_derivation(const OSSL_ALGORITHM* derivations);

}  // namespace misproxy
