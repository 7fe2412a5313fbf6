#include "bench/live/growth.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "bench/live/cpu.hpp"
#include "bench/live/loads.hpp"
#include "bench/live/rounds.hpp"
#include "bench/live/waits.hpp"

namespace misproxy::bench {
namespace {

/// Seconds of a core for each unit of a load: the median of three, or of as many as there was time
/// for.
double cost(const Subject& subject, const std::function<double(const Subject&)>& load,
            double until) {
  std::vector<double> costs;
  load(subject);
  while (costs.empty() || (costs.size() < 3 && wall_clock() < until)) {
    const auto before = subject.cpu();
    const auto done = load(subject);
    settle(subject);
    costs.push_back((subject.cpu() - before) / done);
  }
  std::ranges::sort(costs);
  return costs[costs.size() / 2];
}

double own_cpu(const Subject& subject, const std::vector<pid_t>& helpers) {
  return std::accumulate(helpers.begin(), helpers.end(), cpu_of(::getpid()) + subject.cpu(),
                         [](double sum, pid_t each) { return sum + cpu_of_family(each); });
}

void print_costs(const std::string& name, const Subject& subject, double share, double seconds,
                 const std::vector<pid_t>& helpers) {
  const auto others = [&, began = wall_clock(), machine = cpu_of_machine(),
                       own = own_cpu(subject, helpers)] {
    return (cpu_of_machine() - machine - own_cpu(subject, helpers) + own) / (wall_clock() - began);
  };
  const auto until = wall_clock() + seconds;
  const auto times = [&](int count) { return std::max(8, static_cast<int>(count * share)); };
  const auto bytes =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>((std::uint64_t{32} << 20) * share));
  const auto connect = cost(
      subject, [&](const Subject& s) { return connects(s, times(1000)); }, until);
  const auto rtt = cost(
      subject, [&](const Subject& s) { return round_trips(s, times(10'000)); }, until);
  const auto gb = cost(
      subject, [&](const Subject& s) { return transfer(s, 'D', 8, bytes); }, until);
  const auto disturbed = others() > RoundEffort{}.disturbed ? "  disturbed by others" : "";
  fmt::print("  {:<34} {:>10.1f} {:>10.2f} {:>10.3f}{}\n", name, connect * 1e6, rtt * 1e6, gb,
             disturbed);
  std::fflush(stdout);
}

std::vector<std::string> with(std::vector<std::string> flags,
                              const std::vector<std::string>& more) {
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

}  // namespace

void growth(Stable& stable, const std::vector<std::string>& flags, const GrowthEffort& effort,
            const std::function<void(const std::string&)>& tell) {
  constexpr int kRows = 10;
  const auto measured = [&](const std::string& name, const std::vector<std::string>& more,
                            int faults, int open) {
    tell(name);
    const auto subject = stable.misproxy(name, with(flags, more), faults);
    std::vector<Fd> idle;
    for (int i = 0; i < open; ++i)
      idle.push_back(open_tunnel(subject));
    tell({});
    print_costs(name, subject, effort.share, effort.seconds / kRows, effort.helpers);
  };
  const auto trace = stable.scratch().path() + "/trace";
  const auto capture = stable.scratch().path() + "/capture";
  fmt::print("  {:<34} {:>10} {:>10} {:>10}\n", "", "us/CONNECT", "us/64 B", "s/GB");
  measured("bare", {}, 0, 0);
  for (const int open : {100, 1000, 7900})
    measured(fmt::format("{} idle tunnels beside", open), {}, 0,
             std::max(1, static_cast<int>(open * effort.share)));
  measured("2 threads", {"--threads", "2"}, 0, 0);
  for (const int faults : {1, 10, 100})
    measured(fmt::format("{} faults of another host", faults), {}, faults, 0);
  measured("trace to a file", {"--trace", trace}, 0, 0);
  measured("capture to a file", {"--capture", capture}, 0, 0);
}

}  // namespace misproxy::bench
