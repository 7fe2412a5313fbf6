#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "report/run_result.hpp"

namespace misproxy {

/// JUnit XML as CI servers read it: a test case a run, a failure for each that did not come as
/// expected; of those that are `skipped` nothing was expected. Source: the schema of Apache Ant's
/// junitreport; there is no standard.
///
/// What stands before the cases counts them, so it is known behind the last.
class JunitSuite {
 public:
  /// The text of one case, to be kept by the caller until the end.
  std::string add(const RunResult& result);
  /// What stands before all cases, and behind them.
  std::pair<std::string, std::string> around() const;

 private:
  std::size_t tests_ = 0;
  std::size_t failures_ = 0;
  std::size_t skipped_ = 0;
  Duration time_{0};
};

}  // namespace misproxy
