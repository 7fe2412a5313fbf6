#include "bench/measure.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "core/ensure.hpp"

namespace misproxy::bench {
namespace {

using Seconds = std::chrono::duration<double>;

/// What this process has had of a core. Where nobody else wants it, that is the time on the wall.
Seconds core_time() {
  timespec time{};
  ensure(clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0, "clock_gettime");
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

double once(const Work& work, Seconds at_least) {
  const auto began = core_time();
  std::int64_t done = 0;
  Seconds took{};
  do {
    work();
    ++done;
    took = core_time() - began;
  } while (took < at_least);
  return took.count() / static_cast<double>(done);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::string number(double value) {
  return value < 100 ? fmt::format("{:.2f}", value) : fmt::format("{:.0f}", value);
}

}  // namespace

Times measure(const Effort& effort, const Work& subject, const Work& peer) {
  std::vector<double> subjects;
  std::vector<double> peers;
  for (int i = 0; i < effort.rounds; ++i) {
    subjects.push_back(once(subject, effort.round));
    peers.push_back(once(peer, effort.round));
  }
  return {median(std::move(subjects)), median(std::move(peers))};
}

double peak_mib(const std::function<void()>& work) {
  const auto child = fork();
  ensure(child >= 0, "fork");
  if (child == 0) {
    work();
    _exit(0);
  }
  int status = 0;
  rusage usage{};
  ensure(wait4(child, &status, 0, &usage) == child, "wait4");
  ensure(status == 0, "the process whose memory was measured failed");
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

std::string table(const std::vector<Figure>& figures) {
  std::string text = fmt::format("{:<46} {:>10} {:<13} {:>8}  {:<3} {}\n", "", "measured", "",
                                 "aim", "met", "cost against");
  for (const auto& figure : figures) {
    const auto aim = fmt::format("{} {}", figure.at_least ? ">=" : "<=", number(figure.aim));
    text += fmt::format("{:<46} {:>10} {:<13} {:>8}  {:<3} {} x {}\n", figure.name,
                        number(figure.measured), figure.unit, aim, figure.met() ? "yes" : "NO",
                        number(figure.ratio), figure.peer);
  }
  return text;
}

}  // namespace misproxy::bench
