#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/diagnostic.hpp"
#include "teaching/lesson.hpp"

namespace misproxy::teaching {

/// A lesson, or all that is wrong with its file. `lesson` is good for use only where `problems` is
/// empty.
struct LoadedLesson {
  Lesson lesson;
  std::vector<Diagnostic> problems;
};

/// Reads the text of a lesson's file; `file` is the name that diagnostics carry. Its scenarios have
/// to be among those that come with misproxy and that a lab can play, its patterns regular
/// expressions.
LoadedLesson load_lesson(std::string file, std::string_view text);

/// Whether the text of a TOML file means to be a lesson, not a scenario.
bool is_lesson(std::string_view text);

/// A lesson that is part of the program.
struct BundledLesson {
  std::string_view path;  // `scenarios/lessons/07-denied.toml`
  std::string_view text;
};

/// All of them, in the order of the course.
std::span<const BundledLesson> bundled_lessons();

/// The course: every bundled lesson, loaded. They have been checked by the suite.
const std::vector<Lesson>& course();

}  // namespace misproxy::teaching
