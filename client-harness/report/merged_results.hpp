#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "report/results_file.hpp"

namespace misproxy {

/// All results of a batch that its parts have, in the order in which one machine makes them.
struct MergedResults {
  BatchHead head;
  std::vector<RunResult> results;
  std::uint64_t missing = 0;              // runs
  std::vector<std::string> remarks;       // in sentences
  std::vector<std::size_t> parts_to_run;  // of as many as `head.of`, those that lack a run
};

/// Joins them; a sentence where they are of different batches, or tell of one run what differs:
/// they are not mixed. At least one file.
std::variant<MergedResults, std::string> merge_results(std::vector<ResultsFile> files);

}  // namespace misproxy
