#pragma once

#include <optional>
#include <string>
#include <vector>

#include "teaching/exercise.hpp"

namespace misproxy::teaching {

/// What a student's words mean: a verdict, or those that they may mean, the likeliest first; what
/// the truth is plays no part.
struct Understood {
  std::optional<std::string> verdict;
  std::vector<std::string> meant;
};

/// An id, a title, or words about it.
Understood understand(const std::string& words);

/// `possible`: not the truth, but the evidence cannot tell them apart. `partly`: another verdict of
/// the same layer.
enum class Judged { right, possible, partly, wrong };

Judged judge(const Exercise& exercise, const std::string& verdict);

/// What has been done about an exercise so far.
struct Tries {
  std::int64_t hints = 0;
  std::int64_t partly = 0;
  std::int64_t wrong = 0;

  void count(Judged judged);
};

/// Of 100: for a right answer behind these; and for none at all.
int points_of_right(const Tries& tries);
int points_of_giving_up(const Tries& tries);

/// What a hint costs, and how many there are.
constexpr int kHintCost = 15;
std::vector<std::string> hints(const Exercise& exercise);

/// What showed it: the headline, the lines, and what to look at first; for a person.
std::string evidence_text(const Exercise& exercise);
/// The teacher's sheet.
std::string solution_text(const Exercise& exercise);

}  // namespace misproxy::teaching

namespace misproxy {

template <>
struct WordsOf<teaching::Judged> {
  static constexpr std::array<std::string_view, 4> words{"right", "possible", "partly", "wrong"};
};

}  // namespace misproxy
