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

/// How many runs there are, how many of which kind, and in how many the client failed though
/// nothing was said of that.
struct Counts {
  std::size_t runs = 0;
  std::size_t bad = 0;
  std::size_t open = 0;
  std::size_t open_failed = 0;

  void add(const RunResult& result) {
    ++runs;
    bad += result.judged() == Judged::not_as_expected ? 1 : 0;
    if (result.judged() != Judged::nothing_expected) return;
    ++open;
    open_failed += result.client_failed() ? 1 : 0;
  }

  std::string text() const {
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
};

/// All runs of one scenario, by how they ended.
struct Group {
  Counts counts;
  std::map<std::string, std::size_t> ends;

  void add(const RunResult& result) {
    counts.add(result);
    const auto verdict = verdict_text(result);
    ++ends[client_end_text(result) + (verdict.empty() ? "" : ", " + verdict)];
  }

  /// The most frequent first.
  std::string ends_text() const {
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
};

std::string text_groups(const std::vector<RunResult>& results) {
  std::vector<std::string> order;
  std::map<std::string, Group> groups;
  std::size_t width = 0;
  for (const auto& result : results) {
    if (!groups.contains(result.scenario)) order.push_back(result.scenario);
    groups[result.scenario].add(result);
    width = std::max(width, result.scenario.size());
  }
  std::string text;
  for (const auto& id : order)
    text += fmt::format("{:<{}}  {}: {}\n", id, width, groups[id].counts.text(),
                        groups[id].ends_text());
  return text;
}

}  // namespace

std::string text_table(const std::vector<RunResult>& results, bool colour) {
  const RunTable table(results, colour);
  auto text = table.head();
  for (const auto& result : results)
    text += table.lines(result);
  return text;
}

std::string text_digest(const std::vector<RunResult>& results, bool colour) {
  const RunTable table(results, colour);
  std::string text;
  std::size_t bad = 0;
  for (const auto& result : results) {
    if (result.ok() || ++bad > kMostRows) continue;
    text += (bad == 1 ? table.head() : "") + table.lines(result);
  }
  if (bad > kMostRows)
    text += fmt::format("and {} more that did not come as expected: --verbose shows all\n",
                        bad - kMostRows);
  return text + text_groups(results);
}

std::string text_summary(const std::vector<RunResult>& results) {
  Counts counts;
  for (const auto& result : results)
    counts.add(result);
  return counts.text() + "\n";
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
