// How exact time is over real sockets: a delay, alone and beside a busy connection, and rates. Each
// figure stands beside the same without the fault, or beside what was asked for.
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/post.hpp>

#include "core/ensure.hpp"
#include "live/today.hpp"
#include "runner/live_stage.hpp"
#include "scenario/loader.hpp"
#include "support/socket.hpp"
#include "tls/authority.hpp"

namespace misproxy::bench {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr double kDelayMs = 50;
constexpr std::int64_t kBusyBody = 500'000;  // an answer is made at once, and takes its time

std::string scenario_text(std::string_view faults, std::int64_t large) {
  return fmt::format(
      "schema = 1\n[about]\nid = 'bench'\ntitle = 't'\nteaches = 't'\n"
      "[[origin]]\nhost = '*.test'\n"
      "[[fault]]\nid = 'large'\nwhen = {{ point = 'request-head', host = 'busy.test' }}\n"
      "do.respond = {{ status = 403, body_bytes = {} }}\n{}",
      large, faults);
}

/// A scenario that is served on a thread of its own, for as long as `use` goes on.
void with_server(const std::string& faults, std::int64_t large,
                 const std::function<void(std::uint16_t)>& use) {
  auto loaded = load_scenario("bench", scenario_text(faults, large));
  ensure(loaded.problems.empty(), "a scenario that is measured does not load");
  const Plan plan(std::move(loaded.scenario), 1);
  const auto now = live::today();
  const auto authority = Authority::create(now);
  Catalogue catalogue(*Authority::read(authority, now), now);
  LiveStage stage(plan, catalogue, -1);
  ensure(stage.listen().empty(), "no port on loopback");
  std::thread client;
  stage.run(
      [&] {
        client = std::thread([&] {
          use(stage.server().proxy().port);
          boost::asio::post(stage.context(), [&] { stage.client_done(0); });
        });
      },
      [] {}, std::chrono::hours{1});
  client.join();
}

std::string connect_to(std::string_view host) {
  return fmt::format("CONNECT {}:443 HTTP/1.1\r\n\r\n", host);
}

/// Milliseconds from a CONNECT to the first byte of its reply, sorted.
std::vector<double> reply_times(std::uint16_t port, int count) {
  std::vector<double> all;
  for (int i = 0; i < count; ++i) {
    test::Socket socket(port);
    const auto began = Clock::now();
    socket.send(connect_to("a.test"));
    ensure(socket.read(1).size() == 1, "no reply");
    all.push_back(Seconds(Clock::now() - began).count() * 1e3);
  }
  std::sort(all.begin(), all.end());
  return all;
}

double at(const std::vector<double>& sorted, double share) {
  return sorted.at(static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1)));
}

std::vector<double> measured_delays(bool delayed, bool busy, int count) {
  std::vector<double> times;
  const auto fault = fmt::format(
      "[[fault]]\nid = 'late'\nwhen = {{ point = 'reply', host = 'a.test' }}\n"
      "do.delay = {{ by_ms = {} }}\n",
      kDelayMs);
  with_server(delayed ? fault : "", kBusyBody, [&](std::uint16_t port) {
    std::atomic<bool> over = false;
    std::thread other;
    if (busy) {
      other = std::thread([&] {
        while (!over) {
          test::Socket socket(port);
          socket.send(connect_to("busy.test"));
          socket.read(kBusyBody);
        }
      });
    }
    times = reply_times(port, count);
    over = true;
    if (other.joinable()) other.join();
  });
  return times;
}

void print_delays(int count) {
  const auto floor = measured_delays(false, false, count);
  std::printf("a delay of 50 ms, %d replies; beyond it, in microseconds      median     p99\n",
              count);
  for (const bool busy : {false, true}) {
    const auto times = measured_delays(true, busy, count);
    std::printf("  %-58s %7.0f %7.0f\n",
                busy ? "beside a busy connection (aim: p99 2,000)" : "alone (aim: 150, p99 500)",
                (at(times, 0.5) - kDelayMs) * 1e3, (at(times, 0.99) - kDelayMs) * 1e3);
  }
  std::printf("  %-58s %7.0f %7.0f\n", "the floor: a reply that is not delayed",
              at(floor, 0.5) * 1e3, at(floor, 0.99) * 1e3);
}

/// Bytes a second, from the first piece on to the last.
double measured_rate(std::int64_t rate, double seconds) {
  double found = 0;
  const auto fault = fmt::format(
      "[[fault]]\nid = 'slow'\nwhen.point = 'reply'\ndo.throttle = {{ bytes_per_s = {} }}\n", rate);
  const auto size = std::min<double>(16e6, static_cast<double>(rate) * seconds);
  with_server(fault, static_cast<std::int64_t>(size), [&](std::uint16_t port) {
    test::Socket socket(port);
    socket.send(connect_to("busy.test"));
    auto got = socket.read(1).size();
    const auto first = got;
    const auto began = Clock::now();
    got += socket.read(static_cast<std::size_t>(size)).size();
    found = static_cast<double>(got - first) / Seconds(Clock::now() - began).count();
  });
  return found;
}

void print_rates(bool quick) {
  std::printf(
      "a rate                                  measured, of what was asked for (aim: 1 %%)\n");
  for (const std::int64_t rate :
       {1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 500'000'000}) {
    const auto found = measured_rate(rate, quick ? 0.1 : 2);
    std::printf("  %12lld bytes/s %22.0f  %+6.2f %%\n", static_cast<long long>(rate), found,
                (found / static_cast<double>(rate) - 1) * 100);
  }
}

}  // namespace
}  // namespace misproxy::bench

/// Exit codes: 0, whatever the figures; 2 a flag that it does not know.
int main(int count, char** arguments) {
  const bool quick = count == 2 && std::strcmp(arguments[1], "--quick") == 0;
  if (count > 1 && !quick) {
    std::fputs("misproxy_bench_streams [--quick]: quick does each thing once\n", stderr);
    return 2;
  }
  misproxy::bench::print_delays(quick ? 5 : 200);
  misproxy::bench::print_rates(quick);
  return 0;
}
