#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "teaching/judge.hpp"

namespace misproxy::teaching {

/// A line of a class's scores: one for each answer. It does not say what the answer was, for others
/// may read it who are still looking.
struct Score {
  std::string time;  // RFC 3339
  std::string student;
  ExerciseWish wish;
  std::string judged;         // of `Judged`, or `given-up`
  Tries tries;                // with this one
  std::optional<int> points;  // where the exercise is over
};

constexpr std::string_view kScoreHeader =
    "time,student,seed,level,layer,judged,hints,partly,wrong,points\n";

/// Each with its line's end (RFC 4180, with LF).
std::string score_csv(const Score& score);
std::string score_json(const Score& score);

/// Why a name cannot be a student's: it has to begin with a letter or a digit, for a spreadsheet
/// takes other beginnings for formulas, and to have no control characters. Empty where it can.
std::string refuse_student(std::string_view name);

}  // namespace misproxy::teaching
