#include "teaching/plain_capture.hpp"

#include <cstdint>

#include "core/ensure.hpp"

namespace misproxy::teaching {
namespace {

constexpr std::uint32_t kSecrets = 10;  // draft-ietf-opsawg-pcapng, decryption secrets block

std::uint32_t u32_at(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 4; i-- > 0;)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

}  // namespace

std::string without_secrets(std::string_view pcapng) {
  std::string kept;
  while (!pcapng.empty()) {
    ensure(pcapng.size() >= 12, "a capture of ours with a torn block");
    const auto type = u32_at(pcapng, 0);
    const auto length = u32_at(pcapng, 4);
    ensure(length >= 12 && length <= pcapng.size(), "a capture of ours with a torn block");
    if (type != kSecrets) kept += pcapng.substr(0, length);
    pcapng.remove_prefix(length);
  }
  return kept;
}

}  // namespace misproxy::teaching
