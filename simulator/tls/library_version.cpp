#include "tls/library_version.hpp"

#include <openssl/crypto.h>

namespace misproxy {

std::string_view tls_library_version() { return OpenSSL_version(OPENSSL_VERSION); }

}  // namespace misproxy
