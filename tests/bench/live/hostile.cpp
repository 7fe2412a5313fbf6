#include "bench/live/hostile.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>

#include "bench/live/cpu.hpp"
#include "bench/live/loads.hpp"
#include "bench/live/upstream.hpp"
#include "bench/live/waits.hpp"

namespace misproxy::bench {
namespace {

void print(const std::string& what, const Subject& subject) {
  const auto began = wall_clock();
  connects(subject, 8);
  fmt::print("  {:<48} {:>8.1f} MiB  8 more are served in {:.0f} ms\n", what,
             subject.memory_kib() / 1024, (wall_clock() - began) * 1e3);
  std::fflush(stdout);
}

/// It sends what it can, and reads nothing.
Fd one_that_never_reads(const Subject& subject, const std::string& says) {
  auto fd = connect_to_loopback(subject.port);
  ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  for (int i = 0; i < 2000 && ::send(fd.get(), says.data(), says.size(), MSG_NOSIGNAL) > 0; ++i) {
  }
  return fd;
}

/// What `serve` has used of a core in a second in which nothing is asked of it.
double use_at_rest(const Subject& subject) {
  const auto before = subject.cpu();
  let_pass(std::chrono::seconds{1});
  return subject.cpu() - before;
}

/// With so few descriptors that most who come have to wait.
bool without_descriptors(Stable& stable, const std::vector<std::string>& flags) {
  constexpr int kFew = 128;
  const auto trace = stable.scratch().path() + "/few.jsonl";
  auto all = flags;
  all.insert(all.end(), {"--trace", trace});
  const auto subject = stable.misproxy("few descriptors", all, 0, kFew);
  std::vector<Fd> open;
  for (int i = 0; i < 400; ++i)
    open.push_back(connect_to_loopback(subject.port));
  const auto spins = use_at_rest(subject);
  open.clear();
  connects(subject, 64);
  std::ifstream file(trace);
  const std::string text((std::istreambuf_iterator<char>(file)), {});
  const bool told = text.find("accept-failed") != std::string::npos;
  fmt::print(
      "  128 descriptors, 400 clients: {:.3f} s of a core in a second, {}, later ones are served\n",
      spins, told ? "the trace says accept-failed" : "NOTHING in the trace");
  return told && spins < 0.1;
}

}  // namespace

bool hostile(Stable& stable, const std::vector<std::string>& flags, double share,
             const std::function<void(const std::string&)>& tell) {
  const auto subject = stable.misproxy("misproxy", flags);
  const auto times = [&](int count) { return std::max(8, static_cast<int>(count * share)); };
  std::vector<Fd> open;
  print("at rest", subject);
  tell("idle tunnels");
  for (int i = 0; i < times(5700); ++i)
    open.push_back(open_tunnel(subject));
  print(fmt::format("{} idle tunnels", times(5700)), subject);
  tell("stalled tunnels");
  for (int i = 0; i < times(2000); ++i) {
    open.push_back(open_tunnel(subject));
    send_all(open.back().get(), wish('D', std::uint64_t{1} << 40));
  }
  settle(subject);
  print(fmt::format("and {} whose sender never stops, unread", times(2000)), subject);
  tell("clients that never read");
  for (int i = 0; i < times(200); ++i)
    open.push_back(one_that_never_reads(
        subject, "CONNECT nobody.test:443 HTTP/1.1\r\nHost: nobody.test:443\r\n\r\n"));
  print(fmt::format("and {} that ask and never read", times(200)), subject);
  fmt::print("  all of that at rest: {:.3f} s of a core in a second\n", use_at_rest(subject));
  open.clear();
  settle(subject);
  print("once they have gone", subject);
  return without_descriptors(stable, flags);
}

}  // namespace misproxy::bench
