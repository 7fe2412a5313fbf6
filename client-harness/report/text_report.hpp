#pragma once

#include <string>
#include <vector>

#include "report/run_result.hpp"
#include "report/sweep_ranges.hpp"

namespace misproxy {

/// A table, a line a run, and below it what did not come as expected. `colour`: ANSI escapes.
std::string text_table(const std::vector<RunResult>& results, bool colour);

/// The same where there are too many runs to be read: only those that did not come as expected,
/// `kMostRows` of them, and then a line a scenario with what came of its runs.
std::string text_digest(const std::vector<RunResult>& results, bool colour);
inline constexpr std::size_t kMostRows = 100;

/// One line: how many runs, how many of them not as expected, and of how many nothing was expected.
std::string text_summary(const std::vector<RunResult>& results);

/// What a sweep has found: a line for each range of offsets with one outcome.
std::string text_ranges(const std::vector<SweepRange>& ranges);

}  // namespace misproxy
