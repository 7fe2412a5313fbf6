#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace misproxy {

/// In what a file is packed, by its first bytes. Source: RFC 1952 section 2.3.1, RFC 8878 section
/// 3.1.
enum class Packing : std::uint8_t { none, gzip, zstd };
Packing packing_of(std::string_view begin);

/// Turns packed bytes into what they hold, a piece at a time: several gzip members or zstd frames
/// one behind the other as well, and what stands behind the last is passed over.
class Decoder {
 public:
  enum class Step : std::uint8_t { more, between, broken };  // `between`: a member has ended

  virtual ~Decoder() = default;
  /// Takes from the front of `in`, and appends up to `room` bytes at `out`, of which it tells the
  /// number in `made`.
  virtual Step step(std::string_view& in, char* out, std::size_t room, std::size_t& made) = 0;
  /// What the library says of bytes that are `broken`.
  virtual std::string why() const = 0;
};
std::unique_ptr<Decoder> decoder_of(Packing packing);

}  // namespace misproxy
