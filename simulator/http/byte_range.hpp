#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

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
/// `parts`: in the order asked for, those that are there. `none`: nothing of it is (416). `whole`:
/// all of it, for a unit or a form that is not understood, and where more is asked for than a
/// server has to put up with (section 14.2): over `kMost` ranges, or more than two that overlap.
struct AskedRange {
  static constexpr std::size_t kMost = 64;

  enum class Kind { whole, parts, none } kind = Kind::whole;
  std::vector<ByteRange> parts{};
};

AskedRange parse_range(std::string_view value, std::uint64_t body_bytes);

}  // namespace misproxy
