#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace misproxy {

/// The spelling of an enumeration in scenario files and traces.
///
/// Specialise with `static constexpr std::array words`, one word an enumerator, in their order:
/// enumerators count from 0 without gaps.
template <class Enum>
struct WordsOf;

/// What each word means: specialise with `static constexpr std::array sentences`, one a word, where
/// an enumeration is to be explained.
template <class Enum>
struct SentencesOf {
  static constexpr std::array<std::string_view, 0> sentences{};
};

template <class Enum>
concept WordEnum = requires {
  WordsOf<Enum>::words.size();
};

template <WordEnum Enum>
constexpr std::string_view word(Enum value) {
  return WordsOf<Enum>::words.at(static_cast<std::size_t>(value));
}

/// The enumerator spelled `text`, or nothing.
template <WordEnum Enum>
constexpr std::optional<Enum> parse_word(std::string_view text) {
  const auto& words = WordsOf<Enum>::words;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (words[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace misproxy
