#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace misproxy {

/// Bytes of a body, from `first` on, so many.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t size = 0;
  bool operator==(const ByteRange&) const = default;

  /// `bytes 0-99/300`, of a body of that size.
  std::string content_range(std::uint64_t of) const;
};

/// What a `Range` asks of a body. Source: RFC 9110 section 14.
///
/// `whole`: all of it, for a unit or a form that is not understood, and where several parts are
/// asked for: a server may leave a Range unheeded. `none`: nothing of it is there (416).
struct AskedRange {
  enum class Kind { whole, part, none } kind = Kind::whole;
  ByteRange part{};
};

AskedRange parse_range(std::string_view value, std::uint64_t body_bytes);

}  // namespace misproxy
