#include "bench/live/waits.hpp"

#include <poll.h>
#include <sys/inotify.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "bench/live/cpu.hpp"
#include "bench/live/sockets.hpp"
#include "core/ensure.hpp"

namespace misproxy::bench {
namespace {

using Clock = std::chrono::steady_clock;

int left_until(Clock::time_point end) {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
  return static_cast<int>(std::max<std::int64_t>(left, 0));
}

/// Readable once the child has ended.
Fd end_of(pid_t child) { return Fd(static_cast<int>(::syscall(SYS_pidfd_open, child, 0))); }

}  // namespace

bool await_end(pid_t child, std::chrono::milliseconds limit) {
  const auto end = end_of(child);
  if (!end.is_open()) return true;
  pollfd asked{end.get(), POLLIN, 0};
  return ::poll(&asked, 1, static_cast<int>(limit.count())) == 1;
}

bool await_file(const std::string& path, pid_t writer, std::chrono::milliseconds limit) {
  const auto until = Clock::now() + limit;
  const auto end = end_of(writer);
  const Fd changes(::inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  const auto folder = std::filesystem::path(path).parent_path();
  ensure(changes.is_open() &&
             ::inotify_add_watch(changes.get(), folder.c_str(), IN_CREATE | IN_MOVED_TO) >= 0,
         "no inotify");
  std::array<pollfd, 2> asked{pollfd{changes.get(), POLLIN, 0}, pollfd{end.get(), POLLIN, 0}};
  while (!std::filesystem::exists(path)) {
    if (::poll(asked.data(), asked.size(), left_until(until)) <= 0) return false;
    if (asked[1].revents != 0) return std::filesystem::exists(path);
    std::array<char, 4096> told{};
    while (::read(changes.get(), told.data(), told.size()) > 0) {
    }
  }
  return true;
}

void settle(const Subject& subject) {
  constexpr std::chrono::seconds kLongest{10};
  constexpr std::chrono::milliseconds kAWhile{10};
  constexpr double kNothing = 50e-6;  // seconds of a core
  const auto until = Clock::now() + kLongest;
  while (Clock::now() < until) {
    const auto before = subject.cpu();
    let_pass(kAWhile);
    const bool rests = std::ranges::all_of(subject.processes, is_at_rest);
    if (rests && subject.cpu() - before < kNothing) return;
  }
}

void let_pass(std::chrono::milliseconds time) {
  ::poll(nullptr, 0, static_cast<int>(time.count()));
}

}  // namespace misproxy::bench
