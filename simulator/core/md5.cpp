#include "core/md5.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstdint>

#include "core/encoding.hpp"
#include "core/ensure.hpp"

namespace misproxy {

std::string md5_hex(std::string_view bytes) {
  std::array<std::uint8_t, 16> digest{};
  ensure(EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, EVP_md5(), nullptr) == 1,
         "OpenSSL has no MD5");
  return to_hex(digest);
}

}  // namespace misproxy
