#include "report/text_report.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "core/colour.hpp"

namespace misproxy {
namespace {

std::string time_text(Duration time) {
  const auto seconds = std::chrono::duration<double>(time).count();
  return fmt::format("{:.3f} s", seconds);
}

std::string end_text(const RunResult& result) {
  const auto& outcome = result.outcome;
  if (result.exec) return fmt::format("exit {}", result.exec->exit);
  if (outcome.error == ClientError::none) return std::string(word(outcome.phase));
  return fmt::format("{} in {}", word(outcome.error), word(outcome.phase));
}

std::string mark(bool ok, bool colour) {
  return ok ? painted("ok  ", kGreen, colour) : painted("FAIL", kRed, colour);
}

std::size_t widest_name(const std::vector<RunResult>& results) {
  std::size_t width = 8;
  for (const auto& result : results)
    width = std::max(width, result.scenario.size());
  return width;
}

}  // namespace

std::string text_table(const std::vector<RunResult>& results, bool colour) {
  const auto width = widest_name(results);
  std::string text =
      fmt::format("     {:<{}}  {:>4}  {:<22} {:>7} {:>4} {:>9} {:>8} {:>12}  {:<22}  {}\n",
                  "scenario", width, "seed", "client ended", "CONNECT", "code", "bytes", "attempts",
                  "took", "diagnosis", "trace digest");
  for (const auto& result : results) {
    const auto& outcome = result.outcome;
    fmt::format_to(std::back_inserter(text),
                   "{} {:<{}}  {:>4}  {:<22} {:>7} {:>4} {:>9} {:>8} {:>12}  {:<22}  {}\n",
                   mark(result.ok(), colour), result.scenario, width, result.seed, end_text(result),
                   outcome.http_connect, outcome.http_code, outcome.bytes, outcome.attempts,
                   time_text(result.took), result.named ? result.named->id : "",
                   result.trace_digest.substr(0, 16));
    for (const auto& sentence : result.mismatches)
      fmt::format_to(std::back_inserter(text), "       {}\n", sentence);
  }
  return text;
}

std::string text_summary(const std::vector<RunResult>& results) {
  const auto failed = std::count_if(results.begin(), results.end(),
                                    [](const RunResult& result) { return !result.ok(); });
  const auto runs = fmt::format("{} run{}", results.size(), results.size() == 1 ? "" : "s");
  if (failed == 0) return fmt::format("{}, all as expected\n", runs);
  return fmt::format("{}, {} not as expected\n", runs, failed);
}

std::string text_ranges(const std::vector<SweepRange>& ranges) {
  std::string text;
  for (const auto& range : ranges) {
    const auto offsets = range.from == range.to ? fmt::to_string(range.from)
                                                : fmt::format("{}..{}", range.from, range.to);
    fmt::format_to(std::back_inserter(text), "{} seed {}  offset {:<16} {:>6} runs  {}\n",
                   range.scenario, range.seed, offsets, range.runs, range.outcome);
  }
  return text;
}

}  // namespace misproxy
