#include "capture/checksum.hpp"

#include <bit>
#include <cstring>

namespace misproxy {

void Checksum::add(std::string_view bytes) {
  std::uint32_t word = 0;
  while (bytes.size() >= sizeof word) {
    std::memcpy(&word, bytes.data(), sizeof word);
    sum_ += word;
    bytes.remove_prefix(sizeof word);
  }
  word = 0;
  if (!bytes.empty()) std::memcpy(&word, bytes.data(), bytes.size());
  sum_ += word;
}

std::uint16_t Checksum::value() const {
  auto sum = sum_;
  while ((sum >> 16) != 0)
    sum = (sum & 0xFFFFU) + (sum >> 16);
  const auto folded = static_cast<std::uint16_t>(~sum & 0xFFFFU);
  if constexpr (std::endian::native == std::endian::big) return folded;
  return static_cast<std::uint16_t>(folded << 8 | folded >> 8);
}

}  // namespace misproxy
