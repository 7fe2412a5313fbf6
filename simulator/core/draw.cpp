#include "core/draw.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace misproxy {
namespace {

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every input bit moves every output bit.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// FNV-1a over the text, so that the value is the same on every machine, unlike std::hash.
std::uint64_t hashed(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (const char c : text)
    h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return h;
}

/// Word `index`, least significant byte first on every machine.
std::array<char, 8> word_bytes(std::uint64_t key, std::uint64_t index) {
  const std::uint64_t word = mixed(key + (index + 1) * kGolden);
  if constexpr (std::endian::native == std::endian::little) {
    return std::bit_cast<std::array<char, 8>>(word);
  }
  std::array<char, 8> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(word >> (8 * i));
  return bytes;
}

}  // namespace

std::uint64_t draw(std::uint64_t seed, std::string_view rule, std::string_view connection,
                   std::uint64_t offset) {
  std::uint64_t state = mixed(seed + kGolden);
  state = mixed((state ^ hashed(rule)) + kGolden);
  state = mixed((state ^ hashed(connection)) + kGolden);
  return mixed((state ^ offset) + kGolden);
}

double draw_fraction(std::uint64_t seed, std::string_view rule, std::string_view connection,
                     std::uint64_t offset) {
  return static_cast<double>(draw(seed, rule, connection, offset) >> 11) * 0x1.0p-53;
}

/// Whole words one after the other are as fast as memory: no word waits for the one before it.
void SeededBytes::fill(std::uint64_t offset, std::span<char> out) const {
  while (!out.empty()) {
    if (offset % 8 == 0 && out.size() >= 8) {
      const auto words = out.size() / 8;
      for (std::size_t i = 0; i < words; ++i) {
        const auto word = word_bytes(key_, offset / 8 + i);
        std::memcpy(out.data() + 8 * i, word.data(), word.size());
      }
      offset += 8 * words;
      out = out.subspan(8 * words);
      continue;
    }
    const auto bytes = word_bytes(key_, offset / 8);
    const std::size_t skip = offset % 8;
    const std::size_t take = std::min(bytes.size() - skip, out.size());
    std::memcpy(out.data(), bytes.data() + skip, take);
    offset += take;
    out = out.subspan(take);
  }
}

}  // namespace misproxy
