#include "bench/live/rounds.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <numeric>

#include "bench/live/cpu.hpp"
#include "bench/live/waits.hpp"

namespace misproxy::bench {
namespace {

/// One round: what each subject's unit has cost, and how much of a core others used meanwhile.
struct Round {
  std::vector<double> costs;
  double others = 0;
};

double own_cpu(const Contest& contest) {
  double sum = cpu_of(::getpid());
  for (const auto each : contest.helpers)
    sum += cpu_of_family(each);
  return sum;
}

/// Each subject begins a round as often as any other: what comes first finds cold caches.
Round play(const Contest& contest, int nth) {
  Round round;
  const auto count = contest.subjects.size();
  round.costs.resize(count);
  const auto began = wall_clock();
  const auto machine = cpu_of_machine();
  auto used = -own_cpu(contest);
  for (std::size_t i = 0; i < count; ++i) {
    const auto at = (i + static_cast<std::size_t>(nth)) % count;
    const auto& subject = contest.subjects[at];
    const auto before = subject.cpu();
    const auto done = contest.load(subject);
    settle(subject);
    const auto spent = subject.cpu() - before;
    used += spent;
    round.costs[at] = spent / done;
  }
  used += own_cpu(contest);
  round.others = std::max(0.0, cpu_of_machine() - machine - used) / (wall_clock() - began);
  return round;
}

Spread spread_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return {values.front(), values[values.size() / 2], values.back()};
}

std::vector<double> column(const std::vector<Round>& rounds, std::size_t at, bool as_ratio) {
  std::vector<double> values;
  for (const auto& round : rounds)
    values.push_back(as_ratio ? round.costs[at] / round.costs.front() : round.costs[at]);
  return values;
}

boost::json::object json_of(const Spread& spread) {
  return {{"low", spread.low}, {"median", spread.median}, {"high", spread.high}};
}

}  // namespace

Outcome hold(const Contest& contest, const RoundEffort& effort,
             const std::function<void(const std::string&)>& tell) {
  std::vector<Round> rounds;
  const auto is_calm = [&](const Round& round) { return round.others <= effort.disturbed; };
  const auto began = wall_clock();
  play(contest, 0);  // what is made once is made
  const auto a_round = wall_clock() - began;
  const auto has_time = [&] { return wall_clock() - began + a_round < effort.seconds; };
  for (int i = 0; i < effort.most && std::ranges::count_if(rounds, is_calm) < effort.rounds; ++i) {
    if (!rounds.empty() && !has_time()) break;
    tell(fmt::format("{}: round {}", contest.name, i + 1));
    rounds.push_back(play(contest, i));
  }
  std::ranges::sort(rounds, {}, &Round::others);
  const auto tried = static_cast<int>(rounds.size());
  const auto calm = static_cast<int>(std::ranges::count_if(rounds, is_calm));
  const auto kept = std::min(tried, std::max(calm, std::min(effort.rounds, tried)));
  rounds.resize(static_cast<std::size_t>(kept));
  Outcome outcome{
      contest.name, contest.unit, contest.aim, kept, std::max(0, kept - calm), tried - kept, {}};
  for (std::size_t i = 0; i < contest.subjects.size(); ++i) {
    auto costs = column(rounds, i, false);
    for (auto& cost : costs)
      cost *= contest.scale;
    outcome.lines.push_back({contest.subjects[i].name, spread_of(std::move(costs)),
                             spread_of(column(rounds, i, true))});
  }
  return outcome;
}

std::string to_table(const std::vector<Outcome>& outcomes) {
  std::string text;
  for (const auto& outcome : outcomes) {
    text += fmt::format("{}, {}: {} rounds", outcome.name, outcome.unit, outcome.rounds);
    if (outcome.disturbed > 0) text += fmt::format(", {} of them disturbed", outcome.disturbed);
    if (outcome.thrown_away > 0) text += fmt::format(", {} thrown away", outcome.thrown_away);
    text += '\n';
    for (const auto& line : outcome.lines) {
      text += fmt::format("  {:<24} {:>10.3f} ({:.3f} to {:.3f})", line.subject, line.cost.median,
                          line.cost.low, line.cost.high);
      if (&line != &outcome.lines.front())
        text += fmt::format("  {:.2f} x the floor ({:.2f} to {:.2f})", line.ratio.median,
                            line.ratio.low, line.ratio.high);
      if (outcome.aim > 0 && line.subject == "misproxy")
        text += fmt::format(", aim {:.2f}: {}", outcome.aim,
                            line.ratio.median <= outcome.aim ? "met" : "NOT met");
      text += '\n';
    }
  }
  return text;
}

std::string to_json(const std::vector<Outcome>& outcomes) {
  boost::json::array all;
  for (const auto& outcome : outcomes) {
    boost::json::array lines;
    for (const auto& line : outcome.lines)
      lines.push_back({{"subject", line.subject},
                       {"cost", json_of(line.cost)},
                       {"ratio", json_of(line.ratio)}});
    all.push_back({{"name", outcome.name},
                   {"unit", outcome.unit},
                   {"aim", outcome.aim},
                   {"rounds", outcome.rounds},
                   {"disturbed", outcome.disturbed},
                   {"thrown_away", outcome.thrown_away},
                   {"subjects", std::move(lines)}});
  }
  return boost::json::serialize(all) + "\n";
}

}  // namespace misproxy::bench
