#include "origin/body_digest.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/encoding.hpp"
#include "core/recent_map.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kHashedPiece = 64 * 1024;

constexpr std::size_t kMostKnown = 1000;

/// The digests of seeded bodies, by seed and size: nothing but what hashing would give once more.
auto& known_digests() {
  using SeedAndSize = std::pair<std::uint64_t, std::uint64_t>;
  thread_local RecentMap<SeedAndSize, Sha256::Digest> all{kMostKnown};
  return all;
}

}  // namespace

BodyDigest::BodyDigest(std::shared_ptr<const Body> body)
    : size_(body->size()), seed_(body->seed()), bytes_(std::move(body), {0, size_}, false) {
  if (!seed_) return;
  if (const auto* known = known_digests().find({*seed_, size_})) digest_ = *known;
}

std::optional<std::string> BodyDigest::go_on() {
  passed_ += kAtOnce;
  if (digest_) return passed_ < size_ ? std::nullopt : std::optional(header());
  go_on_hashing();
  if (bytes_.cut_short()) return std::string();
  if (!bytes_.over()) return std::nullopt;
  digest_ = hash_.finish();
  if (seed_) known_digests().put({*seed_, size_}, *digest_);
  return header();
}

void BodyDigest::go_on_hashing() {
  for (std::size_t slice = 0; slice < kAtOnce && !bytes_.over(); slice += kHashedPiece)
    hash_.update(bytes_.next(kHashedPiece));
}

std::string BodyDigest::header() const {
  return fmt::format("Repr-Digest: sha-256=:{}:", to_base64(*digest_));
}

}  // namespace misproxy
