#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "teaching/exercise_wish.hpp"
#include "teaching/judge.hpp"

namespace misproxy::teaching {

/// The exercise under way, and what was tried. Of what is hidden it says nothing: who has the wish
/// makes the exercise again, with the program of this version.
struct OpenExercise {
  ExerciseWish wish;
  Tries tries;
  std::string version;
};

/// One that is over.
struct ClosedExercise {
  ExerciseWish wish;
  int points = 0;
};

/// What `misproxy exercise` and `misproxy answer` remember.
struct ExerciseBook {
  std::optional<OpenExercise> open;
  std::vector<OpenExercise> left;  // half way, for another one
  std::vector<ClosedExercise> closed;

  /// The seed behind that of the last one that was closed.
  std::uint64_t next_seed() const {
    const bool begins = closed.empty() || closed.back().wish.seed >= kLastSeed;
    return begins ? 1 : closed.back().wish.seed + 1;
  }
  /// Makes this one the exercise under way: where it is or was that already, with what was tried.
  /// Another one that is under way is left.
  void begin(const ExerciseWish& wish, const std::string& version);
  /// The one under way is over.
  void close(int points);
};

/// The form of the file: one JSON object.
inline constexpr std::int64_t kBookVersion = 1;
std::string book_json(const ExerciseBook& book);
/// Nothing where it is damaged, or of another version.
std::optional<ExerciseBook> read_book(std::string_view json);

}  // namespace misproxy::teaching
