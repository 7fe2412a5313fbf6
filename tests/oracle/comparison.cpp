#include "oracle/comparison.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace misproxy::oracle {
namespace {

constexpr Duration kSlack = Milliseconds{12};
constexpr double kCoarse = 0.14;

std::string cell(const Answer& answer) {
  const auto ms = std::chrono::duration<double, std::milli>(answer.at).count();
  return fmt::format("{:10.1f} {}", ms, answer.words);
}

/// Since the latest answer before it, or step before `both`: what waited for a late kernel came
/// later than it stands there.
Duration gap(const Situation& situation, const std::vector<Answer>& answers, std::size_t index,
             Duration both) {
  const auto at = answers[index].at;
  if (index == 0) return {};
  Duration since = answers[index - 1].at;
  for (const auto& step : situation.steps) {
    if (step.at <= both) since = std::max(since, step.at);
  }
  return at - since;
}

/// For each of `left` its place in `right`, of a longest common subsequence.
std::vector<int> matches(const std::vector<Answer>& left, const std::vector<Answer>& right) {
  std::vector<std::vector<int>> best(left.size() + 1, std::vector<int>(right.size() + 1, 0));
  for (auto i = left.size(); i-- > 0;) {
    for (auto j = right.size(); j-- > 0;) {
      best[i][j] = left[i].words == right[j].words ? best[i + 1][j + 1] + 1
                                                   : std::max(best[i + 1][j], best[i][j + 1]);
    }
  }
  std::vector<int> found(left.size(), -1);
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < left.size() && j < right.size()) {
    if (left[i].words == right[j].words) {
      found[i++] = static_cast<int>(j++);
    } else if (best[i + 1][j] >= best[i][j + 1]) {
      ++i;
    } else {
      ++j;
    }
  }
  return found;
}

}  // namespace

std::string Comparison::summary() const {
  if (equal()) return "equal";
  std::vector<std::string> parts;
  if (packets > 0) parts.push_back(fmt::format("{} packets", packets));
  if (times > 0) parts.push_back(fmt::format("{} times", times));
  if (!told) parts.emplace_back("what the application is told");
  return fmt::format("differs: {}", fmt::join(parts, ", "));
}

Comparison compare(const Situation& situation, const Played& model, const Played& kernel) {
  Comparison result;
  const auto& left = model.answers;
  const auto& right = kernel.answers;
  const auto row = [&](char mark, const std::string& a, const std::string& b) {
    result.rows.push_back(fmt::format("{} {:<62} | {}", mark, a, b));
  };
  std::size_t j = 0;
  const auto only_right = [&](std::size_t until) {
    for (; j < until; ++j, ++result.packets)
      row('!', "", cell(right[j]));
  };
  const auto found = matches(left, right);
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (found[i] < 0) {
      row('!', cell(left[i]), "");
      ++result.packets;
      continue;
    }
    only_right(static_cast<std::size_t>(found[i]));
    const auto both = std::min(left[i].at, right[j].at);
    const auto a = gap(situation, left, i, both);
    const auto b = gap(situation, right, j, both);
    const auto apart = std::max(a - b, b - a);
    const bool in_time =
        apart <= kSlack + std::chrono::duration_cast<Duration>(std::max(a, b) * kCoarse);
    if (!in_time) ++result.times;
    row(in_time ? ' ' : 't', cell(left[i]), cell(right[j]));
    ++j;
  }
  auto until = right.size();
  while (situation.goes_on && !left.empty() && until > j && right[until - 1].at > left.back().at)
    --until;
  only_right(until);
  result.told = !model.told || model.told == kernel.told;
  if (!result.told) {
    row('!', fmt::format("told: {}", fmt::join(*model.told, ", ")),
        fmt::format("told: {}", fmt::join(kernel.told.value_or(std::vector<std::string>{}), ", ")));
  }
  return result;
}

}  // namespace misproxy::oracle
