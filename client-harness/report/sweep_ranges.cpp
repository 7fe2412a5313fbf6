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

void SweepRanges::add(const RunResult& result) {
  if (!result.offset) return;
  auto text = outcome_text(result);
  const bool same = !ranges_.empty() && ranges_.back().scenario == result.scenario &&
                    ranges_.back().seed == result.seed && ranges_.back().outcome == text;
  if (!same) {
    ranges_.push_back(
        {result.scenario, result.seed, *result.offset, *result.offset, 0, std::move(text)});
  }
  ranges_.back().to = *result.offset;
  ++ranges_.back().runs;
}

}  // namespace misproxy
