#include "origin/body_digest.hpp"

#include <fmt/format.h>

#include <mutex>
#include <utility>

#include "core/encoding.hpp"
#include "core/recent_map.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kHashedPiece = 64 * 1024;

/// The digests of seeded bodies, by seed and size: one book for all threads.
class DigestBook {
 public:
  using Body = std::pair<std::uint64_t, std::uint64_t>;

  std::optional<Sha256::Digest> find(const Body& body) {
    const std::lock_guard lock(mutex_);
    const auto* found = digests_.find(body);
    return found == nullptr ? std::nullopt : std::optional(*found);
  }
  void put(const Body& body, const Sha256::Digest& digest) {
    const std::lock_guard lock(mutex_);
    digests_.put(body, digest);
  }

 private:
  static constexpr std::size_t kMost = 1000;

  std::mutex mutex_;
  RecentMap<Body, Sha256::Digest> digests_{kMost};
};

DigestBook& book() {
  static DigestBook all;
  return all;
}

}  // namespace

BodyDigest::BodyDigest(std::shared_ptr<const Body> body)
    : size_(body->size()), seed_(body->seed()), bytes_(std::move(body), {0, size_}, false) {
  if (seed_) digest_ = book().find({*seed_, size_});
}

std::optional<std::string> BodyDigest::go_on() {
  passed_ += kAtOnce;
  if (digest_) return passed_ < size_ ? std::nullopt : std::optional(header());
  go_on_hashing();
  if (bytes_.cut_short()) return std::string();
  if (!bytes_.over()) return std::nullopt;
  digest_ = hash_.finish();
  if (seed_) book().put({*seed_, size_}, *digest_);
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
