#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "diagnose/lesson.hpp"
#include "teaching/exercise.hpp"

namespace misproxy::test {

/// All that would give an exercise away where things are named: files, processes, variables,
/// prompts, comments, state.
inline std::vector<std::string> names_of(const teaching::Exercise& exercise) {
  const auto& about = exercise.scenario().about;
  std::vector<std::string> names{
      about.id,       about.title,
      exercise.truth, std::string(diagnose::find_lesson(exercise.truth)->title),
      "injected",     ".toml"};
  for (const auto& fault : exercise.scenario().faults)
    names.push_back(fault.id);
  return names;
}

/// Those that give it away wherever they stand, in a program's words and in a packet too, where a
/// RST is told as `reset` in every language: not the names of one plain word.
inline std::vector<std::string> secrets_of(const teaching::Exercise& exercise) {
  auto secrets = names_of(exercise);
  std::erase_if(secrets, [](const std::string& secret) {
    return secret != "injected" && secret.find_first_of("- .") == std::string::npos;
  });
  return secrets;
}

inline bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

/// It stands there as a word: `reset` is none of `preset`.
inline bool tells(std::string_view text, const std::string& word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !is_of_word(text[at - 1])) && (end == text.size() || !is_of_word(text[end])))
      return true;
  }
  return false;
}

}  // namespace misproxy::test
