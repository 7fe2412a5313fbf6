#include "report/text_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "report/run_table.hpp"
#include "report/verdict_text.hpp"

namespace misproxy {
namespace {

using Judged = RunResult::Judged;

constexpr std::size_t kMostEnds = 3;  // told of one scenario

}  // namespace

void RunCounts::add(const RunResult& result) {
  ++runs;
  bad += result.judged() == Judged::not_as_expected ? 1 : 0;
  if (result.judged() != Judged::nothing_expected) return;
  ++open;
  open_failed += result.client_failed() ? 1 : 0;
}

std::string RunCounts::text() const {
  const auto runs_text = fmt::format("{} run{}", runs, runs == 1 ? "" : "s");
  if (bad == 0 && open == 0) return runs_text + ", all as expected";
  std::string text = runs_text;
  const auto good = runs - bad - open;
  if (bad == 0 && good > 0) text += fmt::format(", {} as expected", good);
  if (bad > 0) text += fmt::format(", {} not as expected", bad);
  if (open > 0)
    text += open == runs ? ", nothing expected" : fmt::format(", {} with nothing expected", open);
  if (open_failed > 0) text += fmt::format(" (the client failed in {})", open_failed);
  return text;
}

void TextDigest::Group::add(const RunResult& result) {
  counts.add(result);
  const auto verdict = verdict_text(result);
  ++ends[client_end_text(result) + (verdict.empty() ? "" : ", " + verdict)];
}

/// The most frequent first.
std::string TextDigest::Group::ends_text() const {
  std::vector<std::pair<std::string, std::size_t>> sorted(ends.begin(), ends.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  std::size_t rest = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    if (i >= kMostEnds) {
      rest += sorted[i].second;
    } else {
      text += fmt::format("{}{} x {}", i == 0 ? "" : "; ", sorted[i].second, sorted[i].first);
    }
  }
  return rest == 0 ? text : fmt::format("{}; {} x something else", text, rest);
}

void TextDigest::add(const RunResult& result) {
  widths_.add(result);
  all_.add(result);
  const auto [group, is_new] = groups_.try_emplace(result.scenario);
  if (is_new) order_.push_back(result.scenario);
  group->second.add(result);
  if (!result.ok() && bad_.size() < kMostRows) bad_.push_back(result);
}

std::string TextDigest::text(bool colour) const {
  const RunTable table(widths_, colour);
  auto text = bad_.empty() ? std::string() : table.head();
  for (const auto& result : bad_)
    text += table.lines(result);
  if (all_.bad > kMostRows)
    text += fmt::format("and {} more that did not come as expected: --verbose shows all\n",
                        all_.bad - kMostRows);
  std::size_t width = 0;
  for (const auto& id : order_)
    width = std::max(width, id.size());
  for (const auto& id : order_) {
    const auto& group = groups_.at(id);
    text += fmt::format("{:<{}}  {}: {}\n", id, width, group.counts.text(), group.ends_text());
  }
  return text;
}

std::string text_table(const std::vector<RunResult>& results, bool colour) {
  TableWidths widths;
  for (const auto& result : results)
    widths.add(result);
  const RunTable table(widths, colour);
  auto text = table.head();
  for (const auto& result : results)
    text += table.lines(result);
  return text;
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
