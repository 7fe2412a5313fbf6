#pragma once

#include <string>
#include <vector>

#include "report/junit_report.hpp"
#include "report/run_result.hpp"

namespace misproxy::test {

/// A run of `s` with the built-in client, in which all went well and was expected to.
inline RunResult good_run() {
  RunResult result;
  result.scenario = "s";
  result.world = "virtual";
  result.client = "fmc";
  result.outcome.phase = ClientPhase::done;
  result.outcome.http_connect = 200;
  result.outcome.http_code = 302;
  result.outcome.attempts = 1;
  result.compared = true;
  result.named = Named{"healthy", "certain", {}, "All is well.", true};
  result.trace_digest = "0123456789abcdef0123456789abcdef";
  return result;
}

/// One whose client failed.
inline RunResult failed_run() {
  auto result = good_run();
  result.outcome.phase = ClientPhase::body;
  result.outcome.error = ClientError::truncated;
  result.outcome.curl_exit = 18;
  return result;
}

/// One of somebody's program.
inline RunResult exec_run(int exit) {
  auto result = good_run();
  result.world = "live";
  result.client = "exec";
  result.outcome = {};
  result.exec = RunResult::Exec{exit, "words\n", false, std::chrono::seconds{1}, {}, {}, {}};
  return result;
}

inline RunResult nothing_expected(RunResult result) {
  result.compared = false;
  return result;
}

inline std::string junit_text(const std::vector<RunResult>& results) {
  JunitSuite suite;
  std::string cases;
  for (const auto& result : results)
    cases += suite.add(result);
  const auto [before, behind] = suite.around();
  return before + cases + behind;
}

}  // namespace misproxy::test
