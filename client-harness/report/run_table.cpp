#include "report/run_table.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/colour.hpp"
#include "report/verdict_text.hpp"

namespace misproxy {
namespace {

std::string time_text(Duration time) { return fmt::format("{:.3f} s", seconds(time)); }

std::string mark(const RunResult& result, bool colour) {
  switch (result.judged()) {
    case RunResult::Judged::as_expected:
      return painted("ok  ", kGreen, colour);
    case RunResult::Judged::not_as_expected:
      return painted("FAIL", kRed, colour);
    case RunResult::Judged::nothing_expected:
      return painted("-   ", kYellow, colour);
  }
  return {};
}

std::string known(const std::optional<std::int64_t>& number) {
  return number ? fmt::to_string(*number) : "-";
}

/// The numbers of a run, as they stand in its line.
struct Numbers {
  std::string http_connect;
  std::string http_code;
  std::string bytes;
  std::string attempts;
};

Numbers numbers_of(const RunResult& result) {
  if (const auto& exec = result.exec)
    return {known(exec->http_connect), known(exec->http_code), "-", known(exec->attempts)};
  const auto& outcome = result.outcome;
  return {fmt::to_string(outcome.http_connect), fmt::to_string(outcome.http_code),
          fmt::to_string(outcome.bytes), fmt::to_string(outcome.attempts)};
}

constexpr auto kLine = "{} {:<{}}  {:>4}  {:<22} {:>7} {:>4} {:>9} {:>8} {:>12}  {:<{}}  {}\n";

}  // namespace

std::string client_end_text(const RunResult& result) {
  const auto& outcome = result.outcome;
  if (result.exec) return fmt::format("exit {}", result.exec->exit);
  if (outcome.error == ClientError::none) return std::string(word(outcome.phase));
  return fmt::format("{} in {}", word(outcome.error), word(outcome.phase));
}

void TableWidths::add(const RunResult& result) {
  name = std::max(name, result.scenario.size());
  verdict = std::max(verdict, verdict_text(result).size());
}

std::string RunTable::head() const {
  return fmt::format(kLine, "    ", "scenario", widths_.name, "seed", "client ended", "CONNECT",
                     "code", "bytes", "attempts", "took", "diagnosis", widths_.verdict,
                     "trace digest");
}

std::string RunTable::lines(const RunResult& result) const {
  const auto numbers = numbers_of(result);
  auto text = fmt::format(kLine, mark(result, colour_), result.scenario, widths_.name, result.seed,
                          client_end_text(result), numbers.http_connect, numbers.http_code,
                          numbers.bytes, numbers.attempts, time_text(result.took),
                          verdict_text(result), widths_.verdict, result.trace_digest.substr(0, 16));
  for (const auto& sentence : result.mismatches)
    text += fmt::format("       {}\n", sentence);
  return text;
}

}  // namespace misproxy
