#include "tls/record_scanner.hpp"

#include <algorithm>

#include "tls/record_units.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kHeader = 5;
constexpr std::uint8_t kChangeCipherSpecRecord = 20;
constexpr std::uint8_t kHandshakeRecord = 22;

}  // namespace

bool RecordScanner::needs_handshake_type() const {
  const bool empty = header_[3] == 0 && header_[4] == 0;
  return header_[0] == kHandshakeRecord && !encrypted_ && !empty;
}

RecordStart RecordScanner::begin_body() {
  RecordStart record;
  const std::size_t body = static_cast<std::size_t>(header_[3]) << 8 | header_[4];
  record.content_type = header_[0];
  record.size = kHeader + body;
  record.offset = position_ - header_length_;
  if (header_length_ > kHeader) record.handshake_type = header_[kHeader];
  body_left_ = body - (header_length_ - kHeader);
  header_length_ = 0;
  // What follows a ChangeCipherSpec in the same direction is encrypted (RFC 5246 section 7.1).
  encrypted_ = encrypted_ || record.content_type == kChangeCipherSpecRecord;
  return record;
}

std::optional<RecordStart> RecordScanner::take_byte(std::uint8_t byte) {
  const bool fits = fits_record_header(header_length_, byte);
  header_.at(header_length_++) = byte;
  ++position_;
  if (!fits) {
    lost_ = true;
    return std::nullopt;
  }
  if (header_length_ < kHeader || (header_length_ == kHeader && needs_handshake_type())) {
    return std::nullopt;
  }
  return begin_body();
}

std::vector<RecordStart> RecordScanner::feed(std::string_view bytes) {
  std::vector<RecordStart> found;
  while (!bytes.empty() && !lost_) {
    const auto body = static_cast<std::size_t>(std::min<std::uint64_t>(body_left_, bytes.size()));
    body_left_ -= body;
    position_ += body;
    bytes.remove_prefix(body);
    if (bytes.empty()) break;
    if (auto record = take_byte(static_cast<std::uint8_t>(bytes.front()))) found.push_back(*record);
    bytes.remove_prefix(1);
  }
  return found;
}

}  // namespace misproxy
