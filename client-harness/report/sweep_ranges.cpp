#include "report/sweep_ranges.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "report/run_table.hpp"

namespace misproxy {
namespace {

std::string outcome_text(const RunResult& result) {
  const auto& outcome = result.outcome;
  if (result.exec) return fmt::format("exit {}", result.exec->exit);
  const auto fired = result.fired.empty() ? std::string("no fault acted")
                                          : fmt::format("{} acted", fmt::join(result.fired, ", "));
  return fmt::format("{} (http_connect {}, http_code {}); {}{}", client_end_text(result),
                     outcome.http_connect, outcome.http_code, fired,
                     result.stopped ? fmt::format("; stopped: {}", *result.stopped) : "");
}

}  // namespace

std::vector<SweepRange> sweep_ranges(const std::vector<RunResult>& results) {
  std::vector<SweepRange> ranges;
  for (const auto& result : results) {
    if (!result.offset) continue;
    auto text = outcome_text(result);
    const bool same = !ranges.empty() && ranges.back().scenario == result.scenario &&
                      ranges.back().seed == result.seed && ranges.back().outcome == text;
    if (!same) {
      ranges.push_back(
          {result.scenario, result.seed, *result.offset, *result.offset, 0, std::move(text)});
    }
    ranges.back().to = *result.offset;
    ++ranges.back().runs;
  }
  return ranges;
}

}  // namespace misproxy
