#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "teaching/lesson.hpp"

namespace misproxy::teaching {

/// What one run of a command showed; `verdict` is the id of what the diagnosis made of its capture.
struct Showing {
  std::string command;
  std::vector<std::string> output{};
  std::vector<std::string> wire{};
  std::vector<std::string> verdict{};  // one line, or none

  const std::vector<std::string>& lines(Part part) const;
};

std::vector<std::string> lines_of(std::string_view text);

/// Whether the run shows what there is to be looked for.
bool shows(const Showing& run, const Look& look);

/// The answer that the student's runs of a step give, the last one that has it first; nothing where
/// none has it. A question of `holds` is answered by the last run: `yes` or `no`.
std::optional<std::string> answer_in(const std::vector<Showing>& runs, const Question& question);

/// Whether somebody who says this has the answer: the same but for case, quotes and commas in
/// numbers, or a word of few.
bool is_answer(std::string_view said, std::string_view right);

}  // namespace misproxy::teaching
