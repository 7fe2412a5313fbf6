#include "bench/live/growth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "bench/live/loads.hpp"

namespace misproxy::bench {
namespace {

/// Seconds of a core for each unit of a load: the median of three.
double cost(const Subject& subject, const std::function<double(const Subject&)>& load) {
  std::vector<double> costs;
  load(subject);
  for (int i = 0; i < 3; ++i) {
    const auto before = subject.cpu();
    const auto done = load(subject);
    costs.push_back((subject.cpu() - before) / done);
  }
  std::ranges::sort(costs);
  return costs[1];
}

void print_costs(const std::string& name, const Subject& subject, double share) {
  const auto times = [&](int count) { return std::max(8, static_cast<int>(count * share)); };
  const auto bytes =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>((std::uint64_t{32} << 20) * share));
  const auto connect = cost(subject, [&](const Subject& s) { return connects(s, times(1000)); });
  const auto rtt = cost(subject, [&](const Subject& s) { return round_trips(s, times(10'000)); });
  const auto gb = cost(subject, [&](const Subject& s) { return transfer(s, 'D', 8, bytes); });
  fmt::print("  {:<34} {:>10.1f} {:>10.2f} {:>10.3f}\n", name, connect * 1e6, rtt * 1e6, gb);
  std::fflush(stdout);
}

std::vector<std::string> with(std::vector<std::string> flags,
                              const std::vector<std::string>& more) {
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

}  // namespace

void growth(Stable& stable, const std::vector<std::string>& flags, double share,
            const std::function<void(const std::string&)>& tell) {
  const auto measured = [&](const std::string& name, const std::vector<std::string>& more,
                            int faults, int open) {
    tell(name);
    const auto subject = stable.misproxy(name, with(flags, more), faults);
    std::vector<Fd> idle;
    for (int i = 0; i < open; ++i)
      idle.push_back(open_tunnel(subject));
    tell({});
    print_costs(name, subject, share);
  };
  const auto trace = stable.scratch().path() + "/trace";
  const auto capture = stable.scratch().path() + "/capture";
  fmt::print("  {:<34} {:>10} {:>10} {:>10}\n", "", "us/CONNECT", "us/64 B", "s/GB");
  measured("bare", {}, 0, 0);
  for (const int open : {100, 1000, 7900})
    measured(fmt::format("{} idle tunnels beside", open), {}, 0,
             std::max(1, static_cast<int>(open * share)));
  measured("2 threads", {"--threads", "2"}, 0, 0);
  for (const int faults : {1, 10, 100})
    measured(fmt::format("{} faults of another host", faults), {}, faults, 0);
  measured("trace to a file", {"--trace", trace}, 0, 0);
  measured("capture to a file", {"--capture", capture}, 0, 0);
}

}  // namespace misproxy::bench
