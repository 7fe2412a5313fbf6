#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace misproxy {

/// A random choice that depends on nothing but what it is for: `draw(seed, rule, connection,
/// offset)`. Keyed, not sequenced, so that a rule more in a scenario shifts no other rule's
/// choices.
///
/// `rule`: the fault's id, or the name of what is drawn for. `connection`: host and attempt.
std::uint64_t draw(std::uint64_t seed, std::string_view rule, std::string_view connection,
                   std::uint64_t offset);

/// The same as a fraction: at least 0, less than 1, in steps of 2^-53.
double draw_fraction(std::uint64_t seed, std::string_view rule, std::string_view connection,
                     std::uint64_t offset);

/// Bytes that any offset can be asked of: byte `i` depends on the key and on `i` alone.
/// `fill` writes the bytes from `offset` on. A key has 64 bits; made with `draw`.
class SeededBytes {
 public:
  explicit SeededBytes(std::uint64_t key) : key_(key) {}
  void fill(std::uint64_t offset, std::span<char> out) const;

 private:
  std::uint64_t key_;
};

}  // namespace misproxy
