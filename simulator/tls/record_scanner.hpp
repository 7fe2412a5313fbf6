#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace misproxy {

/// The beginning of a TLS record in a stream. Source: RFC 8446 section 5.1.
///
/// Units: `offset` of its first byte in the stream, from 0; `size` with the five header bytes;
/// `content_type` 20 to 24; `handshake_type` the first byte of a handshake record in clear text.
struct RecordStart {
  std::uint64_t offset = 0;
  std::uint8_t content_type = 0;
  std::size_t size = 0;
  std::optional<std::uint8_t> handshake_type;
};

/// Finds the records in one direction of a TLS stream, however its bytes were cut.
///
/// A record is known when its header is, and for a handshake record its first body byte too; the
/// bytes of a record not known yet are `undecided`, at most 5. Where the stream turns out not to be
/// TLS the scanner finds no more.
class RecordScanner {
 public:
  /// The records that these bytes, next in the stream, make known.
  std::vector<RecordStart> feed(std::string_view bytes);
  std::size_t undecided() const { return lost_ ? 0 : header_length_; }
  bool lost() const { return lost_; }

 private:
  bool needs_handshake_type() const;
  std::optional<RecordStart> take_byte(std::uint8_t byte);
  RecordStart begin_body();

  std::array<std::uint8_t, 6> header_{};
  std::size_t header_length_ = 0;
  std::uint64_t body_left_ = 0;
  std::uint64_t position_ = 0;
  bool encrypted_ = false;
  bool lost_ = false;
};

}  // namespace misproxy
