#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace misproxy::anonymize {

/// What of a stream's bytes is shown, as it is shown; all others give way to filler. What is added
/// comes in the order of the stream.
class ShownBytes {
 public:
  /// `offset`: from the stream's first byte.
  void add(std::uint64_t offset, std::string_view bytes);
  /// The stream's bytes from `offset` on, as many as `length`.
  std::string at(std::uint64_t offset, std::size_t length) const;

 private:
  struct Piece {
    std::uint64_t offset = 0;
    std::string bytes;
  };
  std::vector<Piece> pieces_;
};

}  // namespace misproxy::anonymize
