#pragma once

#include <cstdint>
#include <span>

#include "core/draw.hpp"

namespace misproxy {

/// The random bytes of one party in the virtual world: a sequence that depends on the key alone.
/// Keys are made with `draw`. No secret: whoever knows the seed knows every byte.
class RandomStream {
 public:
  explicit RandomStream(std::uint64_t key) : bytes_(key) {}

  /// The next bytes of the sequence.
  void fill(std::span<char> out);
  /// Bytes drawn so far.
  std::uint64_t drawn() const { return drawn_; }

 private:
  SeededBytes bytes_;
  std::uint64_t drawn_ = 0;
};

/// While it is alive, what OpenSSL draws on this thread comes from the stream; scopes nest, and the
/// innermost holds. Ends on the thread that it began on.
class RandomScope {
 public:
  explicit RandomScope(RandomStream& stream);
  ~RandomScope();
  RandomScope(const RandomScope&) = delete;
  RandomScope& operator=(const RandomScope&) = delete;

 private:
  RandomStream* outer_;
};

/// Makes OpenSSL look for scopes. Outside of every scope it draws from its own generator, as
/// before. Safe to call from many threads and many times; the first scope does it too, and a
/// program that has threads does it before it starts them.
void install_seeded_random();

}  // namespace misproxy
