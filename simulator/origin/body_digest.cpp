#include "origin/body_digest.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/encoding.hpp"

namespace misproxy {
namespace {

constexpr std::uint64_t kPiece = 64 * 1024;

}  // namespace

std::optional<std::string> BodyDigest::go_on() {
  const auto bytes = plan_.download(size_);
  std::string piece;
  for (std::size_t slice = 0; slice < kAtOnce && seen_ < size_; slice += piece.size()) {
    piece.resize(static_cast<std::size_t>(std::min(size_ - seen_, kPiece)));
    bytes.fill(seen_, piece);
    hash_.update(piece);
    seen_ += piece.size();
  }
  if (seen_ < size_) return std::nullopt;
  return fmt::format("Repr-Digest: sha-256=:{}:", to_base64(hash_.finish()));
}

}  // namespace misproxy
