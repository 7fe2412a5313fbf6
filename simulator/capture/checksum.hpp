#pragma once

#include <cstdint>
#include <string_view>

namespace misproxy {

/// The Internet checksum: the ones' complement of the ones' complement sum of 16-bit words.
/// Source: RFC 1071.
class Checksum {
 public:
  /// The next bytes. Only the last piece may have an odd length.
  void add(std::string_view bytes);
  /// In host byte order. 0 over bytes that hold their own checksum, where it is right.
  std::uint16_t value() const;

 private:
  std::uint64_t sum_ = 0;  // of words in the machine's order: RFC 1071 section 2 (B)
};

}  // namespace misproxy
