#include "tls/small_key.hpp"

#include <openssl/evp.h>

#include "core/ensure.hpp"

namespace misproxy {

Key small_key() {
  Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  ensure(key != nullptr, "EVP_PKEY_Q_keygen");
  return key;
}

}  // namespace misproxy
