#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "report/run_result.hpp"

namespace misproxy {

/// A run's result as one line of a file of results, without the line's end: the object of `run
/// --format json`, its place among all runs of the batch, and what that object rounds or leaves
/// out.
std::string result_line(std::uint64_t index, const RunResult& result);

/// A result, and which of all runs of its batch it is of, from 0.
struct IndexedResult {
  std::uint64_t index = 0;
  RunResult result;
};

/// What `result_line` has written; nothing where it is something else, or was cut off.
std::optional<IndexedResult> read_result_line(std::string_view line);

}  // namespace misproxy
