#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/sha256.hpp"
#include "plan/plan.hpp"

namespace misproxy {

/// The Repr-Digest of a download, which stands before the body (RFC 9530 section 3): so the body is
/// made twice, here in slices between other work, and then to be sent.
class BodyDigest {
 public:
  static constexpr std::size_t kAtOnce = 4 << 20;

  /// The plan outlives it.
  BodyDigest(const Plan& plan, std::uint64_t size) : plan_(plan), size_(size) {}

  /// A slice more; the header, once all of the body has been seen.
  std::optional<std::string> go_on();

 private:
  const Plan& plan_;
  std::uint64_t size_;
  std::uint64_t seen_ = 0;
  Sha256 hash_;
};

}  // namespace misproxy
