#include "origin/body_digest.hpp"

#include <fmt/format.h>

#include "core/encoding.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kHashedPiece = 64 * 1024;

}  // namespace

std::optional<std::string> BodyDigest::go_on() {
  for (std::size_t slice = 0; slice < kAtOnce && !bytes_.over(); slice += kHashedPiece)
    hash_.update(bytes_.next(kHashedPiece));
  if (bytes_.cut_short()) return std::string();
  if (!bytes_.over()) return std::nullopt;
  return fmt::format("Repr-Digest: sha-256=:{}:", to_base64(hash_.finish()));
}

}  // namespace misproxy
