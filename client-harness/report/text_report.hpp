#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "report/run_result.hpp"
#include "report/run_table.hpp"
#include "report/sweep_ranges.hpp"

namespace misproxy {

/// A table, a line a run, and below it what did not come as expected. `colour`: ANSI escapes.
std::string text_table(const std::vector<RunResult>& results, bool colour);

/// Rows that are shown where there are too many runs to be read.
inline constexpr std::size_t kMostRows = 100;

/// How many runs there are, how many of which kind, and in how many the client failed though
/// nothing was said of that.
struct RunCounts {
  std::size_t runs = 0;
  std::size_t bad = 0;
  std::size_t open = 0;
  std::size_t open_failed = 0;

  void add(const RunResult& result);
  /// Without a line's end.
  std::string text() const;
};

/// The table where there are too many runs to be read: only those that did not come as expected,
/// `kMostRows` of them, and then a line a scenario with what came of its runs. It takes the runs
/// one after the other, and keeps no more than that.
class TextDigest {
 public:
  void add(const RunResult& result);

  std::string text(bool colour) const;
  /// One line: how many runs, how many of them not as expected, and of how many nothing was
  /// expected.
  std::string summary() const { return all_.text() + "\n"; }
  const RunCounts& counts() const { return all_; }
  /// Of a table that has them all.
  const TableWidths& widths() const { return widths_; }

 private:
  /// All runs of one scenario, by how they ended.
  struct Group {
    RunCounts counts;
    std::map<std::string, std::size_t> ends;

    void add(const RunResult& result);
    std::string ends_text() const;
  };

  TableWidths widths_;
  RunCounts all_;
  std::vector<RunResult> bad_;
  std::vector<std::string> order_;
  std::map<std::string, Group> groups_;
};

/// What a sweep has found: a line for each range of offsets with one outcome.
std::string text_ranges(const std::vector<SweepRange>& ranges);

}  // namespace misproxy
