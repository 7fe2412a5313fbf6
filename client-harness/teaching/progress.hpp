#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace misproxy::teaching {

/// How far a student is in one lesson.
struct LessonProgress {
  std::int64_t steps = 0;  // that are done
  std::int64_t right = 0;  // answers, of all that were given in the steps done
  std::int64_t asked = 0;
  bool done = false;

  /// What came later, and takes nothing back: a lesson that is done stays so until it is done
  /// again, and of two that go on at once the one that is further counts.
  void take(const LessonProgress& later) {
    if (later.done || (!done && later.steps >= steps)) *this = later;
  }
};

/// What `misproxy learn` remembers, by the lesson's id.
using Progress = std::map<std::string, LessonProgress>;

/// The form of the file: one JSON object.
inline constexpr std::int64_t kProgressVersion = 1;
std::string progress_json(const Progress& progress);
/// Nothing where it is damaged, or of another version.
std::optional<Progress> read_progress(std::string_view json);

}  // namespace misproxy::teaching
