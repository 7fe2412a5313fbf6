#include "anonymize/shown_bytes.hpp"

#include <algorithm>

#include "anonymize/tls_bytes.hpp"

namespace misproxy::anonymize {

void ShownBytes::add(std::uint64_t offset, std::string_view bytes) {
  if (bytes.empty()) return;
  const bool goes_on =
      !pieces_.empty() && pieces_.back().offset + pieces_.back().bytes.size() == offset;
  if (goes_on)
    pieces_.back().bytes += bytes;
  else
    pieces_.push_back({offset, std::string(bytes)});
}

std::string ShownBytes::at(std::uint64_t offset, std::size_t length) const {
  std::string out(length, kFiller);
  const auto end = offset + length;
  auto piece = std::partition_point(pieces_.begin(), pieces_.end(), [&](const Piece& each) {
    return each.offset + each.bytes.size() <= offset;
  });
  for (; piece != pieces_.end() && piece->offset < end; ++piece) {
    const auto from = std::max(offset, piece->offset);
    const auto to = std::min(end, piece->offset + piece->bytes.size());
    piece->bytes.copy(out.data() + (from - offset), to - from, from - piece->offset);
  }
  return out;
}

}  // namespace misproxy::anonymize
