#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/sha256.hpp"
#include "origin/body.hpp"

namespace misproxy {

/// The Repr-Digest of a body, which stands before the body (RFC 9530 section 3): so the body is
/// made twice, here in slices between other work, and then to be sent. What comes from a seed is
/// hashed once in a thread; then as many slices take no time.
class BodyDigest {
 public:
  static constexpr std::size_t kAtOnce = 4 << 20;

  explicit BodyDigest(std::shared_ptr<const Body> body);

  /// A slice more; the header, once all of the body has been seen: an empty one where that cannot
  /// be.
  std::optional<std::string> go_on();

 private:
  std::string header() const;
  void go_on_hashing();

  std::uint64_t size_;
  std::optional<std::uint64_t> seed_;
  std::optional<Sha256::Digest> digest_;  // once known
  std::uint64_t passed_ = 0;              // of the body, in slices
  BodyStream bytes_;
  Sha256 hash_;
};

}  // namespace misproxy
