#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "http/byte_range.hpp"

namespace misproxy {

/// Several parts of a body on their way as one message: RFC 9110 section 14.6.
///
///     --boundary, Content-Type, Content-Range, part, --boundary, ..., part, --boundary--
///
/// The boundary is made from what is asked of how much: the same request has the same answer.
class MultipartRanges {
 public:
  /// `text`, and then this part of the body; behind the last text none.
  struct Piece {
    std::string text;
    ByteRange part{};
  };

  /// `content_type`: of the whole body, for each part to repeat; empty where it has none.
  MultipartRanges(const std::vector<ByteRange>& parts, std::uint64_t body_bytes,
                  std::string_view content_type);

  /// `multipart/byteranges; boundary=...`.
  std::string content_type() const;
  const std::vector<Piece>& pieces() const { return pieces_; }
  std::uint64_t size() const { return size_; }

 private:
  void add(std::string text, ByteRange part);

  std::string boundary_;
  std::vector<Piece> pieces_;
  std::uint64_t size_ = 0;
};

}  // namespace misproxy
