#pragma once

#include <string>
#include <vector>

#include "report/run_result.hpp"
#include "report/sweep_ranges.hpp"

namespace misproxy {

/// A table, a line a run, and below it what did not come as expected. `colour`: ANSI escapes.
std::string text_table(const std::vector<RunResult>& results, bool colour);

/// One line: how many runs, how many of them not as expected.
std::string text_summary(const std::vector<RunResult>& results);

/// What a sweep has found: a line for each range of offsets with one outcome.
std::string text_ranges(const std::vector<SweepRange>& ranges);

}  // namespace misproxy
