#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace misproxy::evidence {

/// Which of some words stand in a text, whatever the case of ASCII's letters: one look at each
/// byte, however many words there are. Source: Aho and Corasick, CACM 18 (1975).
class WordFinder {
 public:
  static constexpr std::size_t kMost = 512;
  using Found = std::bitset<kMost>;

  /// `words`: at most `kMost`, in lower case, none empty.
  explicit WordFinder(std::span<const std::string_view> words);

  /// Bit i: the word i stands in it.
  Found in(std::string_view text) const {
    std::size_t state = 0;
    Found found;
    for (const char c : text) {
      state = next_[state * letters_ + letter_[static_cast<unsigned char>(c)]];
      if (is_end_[state]) found |= ends_[state];
    }
    return found;
  }

 private:
  void add(std::string_view word, std::size_t index);
  void join();

  std::array<std::uint8_t, 256> letter_{};  // which of the words' letters a byte is; 0: none
  std::size_t letters_ = 1;
  std::vector<std::uint16_t> next_;  // by state and letter
  std::vector<Found> ends_;          // by state: the words that end in it
  std::vector<bool> is_end_;         // by state: whether there are any, which is rare
};

}  // namespace misproxy::evidence
