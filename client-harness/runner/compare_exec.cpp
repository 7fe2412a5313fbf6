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

}  // namespace

void compare_exec(const Scenario& scenario, const std::vector<TraceLine>& trace,
                  RunResult& result) {
  note_fired(scenario, trace, result);
  note_stopped(result);
  const auto& wanted = scenario.expect.exec;
  if (!wanted || !result.exec) return;
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
