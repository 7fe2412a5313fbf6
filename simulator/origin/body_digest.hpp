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
/// made twice, here in slices between other work, and then to be sent.
class BodyDigest {
 public:
  static constexpr std::size_t kAtOnce = 4 << 20;

  explicit BodyDigest(std::shared_ptr<const Body> body)
      : size_(body->size()), bytes_(std::move(body), {0, size_}, false) {}

  /// A slice more; the header, once all of the body has been seen: an empty one where that cannot
  /// be.
  std::optional<std::string> go_on();

 private:
  std::uint64_t size_;
  BodyStream bytes_;
  Sha256 hash_;
};

}  // namespace misproxy
