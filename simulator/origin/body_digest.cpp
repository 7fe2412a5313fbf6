#include "origin/body_digest.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/encoding.hpp"
#include "core/recent_map.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kPiece = 64 * 1024;

using Known = RecentMap<std::pair<std::uint64_t, std::uint64_t>, Sha256::Digest>;

/// The digests of seeded bodies, by seed and size: each thread has its own.
Known& known() {
  constexpr std::size_t kMost = 1000;
  thread_local Known digests(kMost);
  return digests;
}

}  // namespace

BodyDigest::BodyDigest(std::shared_ptr<const Body> body)
    : size_(body->size()), seed_(body->seed()), bytes_(std::move(body), {0, size_}, false) {
  if (!seed_) return;
  if (const auto* digest = known().find({*seed_, size_})) digest_ = *digest;
}

std::optional<std::string> BodyDigest::go_on() {
  passed_ += kAtOnce;
  if (digest_) return passed_ < size_ ? std::nullopt : std::optional(header());
  go_on_hashing();
  if (bytes_.cut_short()) return std::string();
  if (!bytes_.over()) return std::nullopt;
  digest_ = hash_.finish();
  if (seed_) known().put({*seed_, size_}, *digest_);
  return header();
}

void BodyDigest::go_on_hashing() {
  for (std::size_t slice = 0; slice < kAtOnce && !bytes_.over(); slice += kPiece)
    hash_.update(bytes_.next(kPiece));
}

std::string BodyDigest::header() const {
  return fmt::format("Repr-Digest: sha-256=:{}:", to_base64(*digest_));
}

}  // namespace misproxy
