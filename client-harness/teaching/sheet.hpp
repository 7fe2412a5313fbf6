#pragma once

#include <string>
#include <vector>

#include "teaching/exercise.hpp"

namespace misproxy::teaching {

/// From the vague to the plain; each costs `kHintCost` points. None names the verdict.
std::vector<std::string> hints(const Exercise& exercise);

/// What showed it: the headline, the lines, and what to look at first; for a person.
std::string evidence_text(const Exercise& exercise);
/// The teacher's sheet.
std::string solution_text(const Exercise& exercise);

}  // namespace misproxy::teaching
