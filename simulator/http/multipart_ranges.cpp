#include "http/multipart_ranges.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/sha256.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kBoundaryDigits = 24;

/// Whoever writes a body that holds it has computed it first.
std::string boundary_of(const std::vector<ByteRange>& parts, std::uint64_t body_bytes) {
  std::string asked = fmt::format("multipart/byteranges of {}", body_bytes);
  for (const auto& part : parts)
    asked += fmt::format(" {}+{}", part.first, part.size);
  return "misproxy-" + sha256_hex(asked).substr(0, kBoundaryDigits);
}

}  // namespace

MultipartRanges::MultipartRanges(const std::vector<ByteRange>& parts, std::uint64_t body_bytes,
                                 std::string_view content_type)
    : boundary_(boundary_of(parts, body_bytes)) {
  const auto type =
      content_type.empty() ? std::string() : fmt::format("Content-Type: {}\r\n", content_type);
  for (const auto& part : parts) {
    add(fmt::format("{}--{}\r\n{}Content-Range: {}\r\n\r\n", pieces_.empty() ? "" : "\r\n",
                    boundary_, type, part.content_range(body_bytes)),
        part);
  }
  add(fmt::format("\r\n--{}--\r\n", boundary_), {});
}

std::string MultipartRanges::content_type() const {
  return fmt::format("multipart/byteranges; boundary={}", boundary_);
}

void MultipartRanges::add(std::string text, ByteRange part) {
  size_ += text.size() + part.size;
  pieces_.push_back({std::move(text), part});
}

}  // namespace misproxy
