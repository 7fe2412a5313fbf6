#include "core/draw.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace misproxy {
namespace {

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15;

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every input bit moves every output bit.
/// Of a word, or of several in a vector.
template <class Word>
[[gnu::always_inline]] inline void mix(Word& x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  x = x ^ (x >> 31);
}

std::uint64_t mixed(std::uint64_t x) {
  mix(x);
  return x;
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

void fill_one_by_one(std::uint64_t key, std::uint64_t index, char* out, std::size_t words) {
  for (std::size_t i = 0; i < words; ++i) {
    const auto word = word_bytes(key, index + i);
    std::memcpy(out + 8 * i, word.data(), word.size());
  }
}

using FillWords = decltype(&fill_one_by_one);

#if defined(__x86_64__)
/// Eight words at once, whose products need an instruction that is not everywhere. Said aloud: of
/// the loop above GCC 12 makes one word after the other, whatever the machine can.
__attribute__((target("avx512f,avx512dq"))) void fill_eight(std::uint64_t key, std::uint64_t index,
                                                            char* out, std::size_t words) {
  constexpr std::size_t kAtOnce = 8;
  using Words [[gnu::vector_size(kAtOnce * 8)]] = std::uint64_t;
  Words state = {1, 2, 3, 4, 5, 6, 7, 8};
  state = key + (index + state) * kGolden;
  for (; words >= kAtOnce; words -= kAtOnce) {
    auto made = state;
    mix(made);
    std::memcpy(out, &made, sizeof made);
    state += kAtOnce * kGolden;
    index += kAtOnce;
    out += sizeof made;
  }
  fill_one_by_one(key, index, out, words);
}

FillWords fastest() {
  const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
  return wide ? &fill_eight : &fill_one_by_one;
}
#else
FillWords fastest() { return &fill_one_by_one; }
#endif

void fill_words(std::uint64_t key, std::uint64_t index, char* out, std::size_t words) {
  static const FillWords how = fastest();
  how(key, index, out, words);
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

void SeededBytes::fill(std::uint64_t offset, std::span<char> out) const {
  while (!out.empty()) {
    if (offset % 8 == 0 && out.size() >= 8) {
      const auto words = out.size() / 8;
      fill_words(key_, offset / 8, out.data(), words);
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
