#include <fmt/format.h>

#include <algorithm>

#include "core/glob.hpp"
#include "runner/run.hpp"

namespace misproxy {
namespace {

void compare_number(std::string_view what, std::int64_t wanted, std::int64_t came,
                    RunResult& result) {
  if (wanted == came) return;
  result.mismatches.push_back(fmt::format("curl {}: expected {}, came {}", what, wanted, came));
}

}  // namespace

void compare_curl(const Scenario& scenario, std::string_view version,
                  const std::vector<TraceLine>& trace, RunResult& result) {
  compare_trace(scenario, trace, false, result);
  note_stopped(result);
  const auto& rows = scenario.expect.curl;
  result.compared = result.compared || !rows.empty();
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const auto& each) { return each.covers(version); });
  if (row == rows.end()) {
    if (rows.empty()) return;
    result.mismatches.push_back(
        fmt::format("no [[expect.curl]] of the scenario covers curl {}", version));
    return;
  }
  const auto& outcome = result.outcome;
  compare_number("exit code", row->exit, outcome.curl_exit, result);
  compare_number("http_connect", row->http_connect, outcome.http_connect, result);
  compare_number("http_code", row->http_code, outcome.http_code, result);
  if (row->message && !glob_matches(*row->message, outcome.message)) {
    result.mismatches.push_back(
        fmt::format("curl message: expected `{}`, came `{}`", *row->message, outcome.message));
  }
}

}  // namespace misproxy
