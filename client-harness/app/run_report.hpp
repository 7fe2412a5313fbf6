#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/format.hpp"
#include "app/spool.hpp"
#include "report/confusion.hpp"
#include "report/junit_report.hpp"
#include "report/run_result.hpp"
#include "report/sweep_ranges.hpp"
#include "report/text_report.hpp"

namespace misproxy::app {

/// How the results of a batch are told.
struct ReportWish {
  bool matrix = false;   // what was injected against what was named, in the place of the table
  bool verbose = false;  // a line for each run, also of many
  bool sweep = false;    // ranges of offsets
  bool aside = false;    // stdout holds something else: the report is talk, on stderr
  Format format = Format::text;
  std::optional<std::string> junit{};
  std::optional<std::string> page{};  // of the matrix
};

/// What is told of a batch, of which it takes the results one after the other, in their order. It
/// keeps what will be shown of them, in a file where that is much: memory does not grow with them.
class RunReport {
 public:
  explicit RunReport(ReportWish wish) : wish_(std::move(wish)) {}

  void add(const RunResult& result);
  /// Writes the files. On an error, a sentence.
  std::string write_files();
  /// Prints the rest. Of no results there is nothing to print but the summary. On an error, a
  /// sentence.
  std::string print();

  std::size_t count() const { return digest_.counts().runs; }
  /// All came as expected; of a sweep, that none had to be stopped.
  bool all_as_expected() const { return as_expected_; }

 private:
  std::string write_junit();
  std::string print_lines();
  std::string print_table();
  void say(std::string_view text) const;

  ReportWish wish_;
  bool as_expected_ = true;
  TextDigest digest_;
  Confusion confusion_;
  SweepRanges ranges_;
  JunitSuite suite_;
  std::vector<RunResult> first_;  // as many as are shown in whatever case
  Spool lines_;                   // of each run: as JSON, or as it is to be read again
  Spool cases_;
};

}  // namespace misproxy::app
