#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/format.hpp"
#include "report/run_result.hpp"

namespace misproxy::app {

/// How the results of a batch are told.
struct ReportWish {
  bool matrix = false;   // what was injected against what was named, in the place of the table
  bool verbose = false;  // a line for each run, also of many
  bool sweep = false;    // ranges of offsets
  bool aside = false;    // stdout holds something else: the report is talk, on stderr
  Format format = Format::text;
};

/// Prints them. Of no results there is nothing to print but the summary.
void print_report(const std::vector<RunResult>& results, const ReportWish& wish);

/// The page of what was injected against what was named (`--matrix --html`).
std::string matrix_page(const std::vector<RunResult>& results);

/// All came as expected; of a sweep, that none had to be stopped.
bool all_as_expected(const std::vector<RunResult>& results, bool sweep);

}  // namespace misproxy::app
