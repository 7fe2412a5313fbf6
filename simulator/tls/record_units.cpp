#include "tls/record_units.hpp"

#include <algorithm>

namespace misproxy {
namespace {

constexpr std::uint8_t kFirstType = 20;  // change_cipher_spec
constexpr std::uint8_t kLastType = 24;   // heartbeat
constexpr std::uint8_t kMajorVersion = 3;

}  // namespace

bool fits_record_header(std::size_t index, std::uint8_t byte) {
  if (index == 0) return byte >= kFirstType && byte <= kLastType;
  return index != 1 || byte == kMajorVersion;
}

std::size_t RecordUnits::take(std::string_view bytes) {
  complete_ = false;
  std::size_t taken = 0;
  while (taken < bytes.size() && !complete_) {
    if (left_ > 0) {
      const auto body = std::min(left_, bytes.size() - taken);
      left_ -= body;
      taken += body;
      complete_ = left_ == 0;
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(bytes[taken++]);
    lost_ = lost_ || !fits_record_header(header_length_, byte);
    header_.at(header_length_++) = byte;
    if (lost_ || header_length_ == header_.size()) complete_ = begin_body();
  }
  return taken;
}

/// True where the unit has no body, and so ends with its header.
bool RecordUnits::begin_body() {
  left_ =
      lost_ ? kFullRecord - header_length_ : static_cast<std::size_t>(header_[3]) << 8 | header_[4];
  header_length_ = 0;
  return left_ == 0;
}

}  // namespace misproxy
