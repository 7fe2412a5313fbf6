#include "anonymize/checksum_change.hpp"

#include "packets/byte_view.hpp"

namespace misproxy::anonymize {

void ChecksumChange::add(std::size_t offset, std::string_view before, std::string_view after) {
  for (std::size_t i = 0; i < before.size() && i < after.size(); ++i) {
    const std::int64_t change = std::int64_t{u8_at(after, i)} - u8_at(before, i);
    sum_ += (offset + i) % 2 == 0 ? change * 256 : change;
  }
}

void ChecksumChange::apply(std::string& bytes, std::size_t at) const {
  if (sum_ == 0 || at + 2 > bytes.size() || u16_at(bytes, at) == 0) return;
  constexpr std::int64_t kModulus = 0xFFFF;
  const std::int64_t sum = (kModulus - u16_at(bytes, at) + sum_ % kModulus + kModulus) % kModulus;
  const auto checksum = static_cast<std::uint16_t>(kModulus - sum);
  bytes[at] = static_cast<char>(checksum >> 8U);
  bytes[at + 1] = static_cast<char>(checksum & 0xFFU);
}

}  // namespace misproxy::anonymize
