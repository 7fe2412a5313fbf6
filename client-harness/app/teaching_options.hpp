#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/format.hpp"
#include "core/exit_code.hpp"
#include "diagnose/verdict.hpp"

namespace misproxy::app {

struct LearnOptions {
  std::optional<std::string> lesson;  // its number or id; none: the list
  bool list = false;
  bool reset = false;
  bool read = false;  // print it, without a lab
  std::optional<std::string> state_dir;
  Format format = Format::text;
};

struct ExerciseOptions {
  std::optional<int> level;
  std::optional<std::uint64_t> seed;
  std::optional<diagnose::Layer> layer;
  bool capture_only = false;
  std::optional<std::string> out;
  bool solution = false;
  bool hint = false;
  std::optional<std::string> state_dir;
};

struct AnswerOptions {
  std::vector<std::string> words;
  bool give_up = false;
  std::vector<std::string> scores;
  std::optional<std::string> student;
  std::optional<std::string> state_dir;
};

ExitCode learn(const LearnOptions& options);
ExitCode exercise(const ExerciseOptions& options);
ExitCode answer(const AnswerOptions& options);

}  // namespace misproxy::app
