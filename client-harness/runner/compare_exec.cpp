#include <fmt/format.h>

#include "core/glob.hpp"
#include "core/utf8.hpp"
#include "runner/run.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kMostQuoted = 300;  // bytes of the output, in a sentence

std::string_view without_line_ends(std::string_view text) {
  while (text.ends_with('\n') || text.ends_with('\r'))
    text.remove_suffix(1);
  return text;
}

/// It expects the client to fail before it has a connection.
bool expects_none(const Scenario& scenario) {
  const auto& wanted = scenario.expect.client;
  return wanted && (wanted->phase == ClientPhase::resolve || wanted->phase == ClientPhase::connect);
}

/// What has met nothing has shown nothing; unless that is what somebody expects.
void note_absent(const Scenario& scenario, const std::vector<TraceLine>& trace, RunResult& result) {
  if (!trace.empty() || result.stopped || !result.exec) return;
  if (scenario.expect.exec || expects_none(scenario)) return;
  result.mismatches.push_back(
      fmt::format("the program made no connection to the proxy (exit code {})", result.exec->exit));
}

}  // namespace

void compare_client(const Scenario& scenario, const std::vector<TraceLine>& trace,
                    RunResult& result) {
  note_stopped(result);
  const auto& record = *result.record;
  if (record.ending == ClientRecord::Ending::proxy_bypassed) {
    result.mismatches.push_back(fmt::format(
        "proxy-bypassed: {} {}, but made no connection to the proxy", record.client,
        record.status ? fmt::format("tells of status {}", *record.status) : "reports success"));
  } else {
    note_absent(scenario, trace, result);
  }
  compare_trace(scenario, trace, false, result);
}

void compare_exec(const Scenario& scenario, const std::vector<TraceLine>& trace,
                  RunResult& result) {
  note_stopped(result);
  note_absent(scenario, trace, result);
  compare_trace(scenario, trace, false, result);
  const auto& wanted = scenario.expect.exec;
  if (!wanted || !result.exec) return;
  result.compared = result.compared || wanted->says_something();
  const auto& came = *result.exec;
  if (wanted->exit && *wanted->exit != came.exit) {
    result.mismatches.push_back(
        fmt::format("exec exit code: expected {}, came {}", *wanted->exit, came.exit));
  }
  const auto output = without_line_ends(came.output);
  if (wanted->output && !glob_matches(*wanted->output, output)) {
    result.mismatches.push_back(fmt::format("exec output: expected `{}`, came `{}`",
                                            *wanted->output,
                                            as_utf8(output.substr(0, kMostQuoted))));
  }
}

}  // namespace misproxy
