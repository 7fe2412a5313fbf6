#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace misproxy {

/// Where the receiver of a TLS stream can react: at the end of each record, however the bytes were
/// cut.
///
/// What is no TLS is taken in units of a full record, 16,389 bytes, so that garbage too is judged
/// at a byte and not at a read. Source: RFC 8446 section 5.1.
class RecordUnits {
 public:
  static constexpr std::size_t kFullRecord = 5 + (1 << 14);

  /// Takes bytes up to the end of the unit under way, and returns how many; `complete` tells
  /// whether the unit ended with them.
  std::size_t take(std::string_view bytes);
  bool complete() const { return complete_; }
  /// The stream turned out not to be TLS.
  bool lost() const { return lost_; }

 private:
  bool begin_body();

  std::array<std::uint8_t, 5> header_{};
  std::size_t header_length_ = 0;
  std::size_t left_ = 0;  // of the unit, behind the header
  bool complete_ = false;
  bool lost_ = false;
};

/// Whether `byte` can stand at place `index` of a record's header: a content type, then the
/// version.
bool fits_record_header(std::size_t index, std::uint8_t byte);

}  // namespace misproxy
