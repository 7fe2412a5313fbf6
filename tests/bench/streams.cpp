// How exact time is over real sockets: a delay, alone and beside a busy tunnel, and rates of a
// download in a tunnel. Each figure stands beside what a bare Asio server does in the same run, or
// beside what was asked for.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "bench/late_server.hpp"
#include "bench/stamped_socket.hpp"
#include "core/ensure.hpp"
#include "live/today.hpp"
#include "runner/live_stage.hpp"
#include "scenario/loader.hpp"
#include "tls/authority.hpp"

namespace misproxy::bench {
namespace {

using Micros = std::chrono::duration<double, std::micro>;
using Seconds = std::chrono::duration<double>;

constexpr std::chrono::milliseconds kDelay{50};
constexpr std::string_view kEndless = "/bytes/1099511627776";

/// A scenario that is served on a thread of its own, for as long as `use` goes on.
void with_server(const std::string& faults, const std::function<void(std::uint16_t)>& use) {
  auto loaded = load_scenario("bench",
                              "schema = 1\n[about]\nid = 'bench'\ntitle = 't'\nteaches = 't'\n"
                              "[[origin]]\nhost = '*.test'\nport = 80\ntls = []\n" +
                                  faults);
  ensure(loaded.problems.empty(), "a scenario that is measured does not load");
  const Plan plan(std::move(loaded.scenario), 1);
  const auto now = live::today();
  const auto authority = Authority::create(now);
  Catalogue catalogue(*Authority::read(authority, now), now);
  RunRequest request;
  request.plan = &plan;
  LiveStage stage(LiveStage::Where::loopback, request, catalogue, -1);
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
  return fmt::format("CONNECT {}:80 HTTP/1.1\r\n\r\n", host);
}

/// A tunnel, with a download in it whose first bytes have come.
void begin_download(const StampedSocket& socket, std::string_view host) {
  socket.send(connect_to(host));
  ensure(socket.read().has_value(), "no reply to a CONNECT");
  socket.send(fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", kEndless, host));
  ensure(socket.read().has_value(), "no response in a tunnel");
}

/// Microseconds from a CONNECT to its reply, beyond `wanted`; sorted. Before each the proxy has had
/// nothing to do for as long as the delay takes, whether there is one or not: what has slept is
/// slower.
std::vector<double> reply_times(std::uint16_t port, int count, std::chrono::milliseconds wanted,
                                std::string_view host = "a.test") {
  std::vector<double> all;
  for (int i = 0; i < count; ++i) {
    const StampedSocket socket(port);
    std::this_thread::sleep_for(kDelay);
    const auto began = socket.send(connect_to(host));
    const auto reply = socket.read();
    ensure(reply.has_value(), "no reply");
    all.push_back(Micros(reply->arrived - began - wanted).count());
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<double> delays_beside_a_busy_tunnel(std::uint16_t port, int count) {
  const StampedSocket busy(port);
  begin_download(busy, "busy.test");
  std::thread reader([&] {
    while (busy.read()) {
    }
  });
  auto times = reply_times(port, count, kDelay);
  busy.shut();
  reader.join();
  return times;
}

void print_late(std::string_view name, const std::vector<double>& sorted) {
  const auto at = [&](double share) {
    return sorted.at(static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1)));
  };
  fmt::print("  {:<58} {:7.0f} {:7.0f}\n", name, at(0.5), at(0.99));
}

void print_delays(int count) {
  fmt::print("a delay of 50 ms, {} replies; beyond it, in microseconds {:>12} {:>7}\n", count,
             "median", "p99");
  const auto fault = fmt::format(
      "[[fault]]\nid = 'late'\nwhen = {{ point = 'reply', host = 'a.test' }}\n"
      "do.delay = {{ by_ms = {} }}\n",
      kDelay.count());
  with_server(fault, [&](std::uint16_t port) {
    print_late("alone (aim: 150, p99 500)", reply_times(port, count, kDelay));
    print_late("beside a busy tunnel (aim: p99 2,000)", delays_beside_a_busy_tunnel(port, count));
    print_late("the floor: a reply that is not delayed", reply_times(port, count, {}, "b.test"));
  });
  const LateServer bare(kDelay);
  print_late("a bare Asio server with a steady_timer", reply_times(bare.port(), count, kDelay));
}

/// Bytes a second of a download in a tunnel, from its first piece on.
double measured_rate(const std::string& faults, Seconds time) {
  double found = 0;
  with_server(faults, [&](std::uint16_t port) {
    const StampedSocket socket(port);
    begin_download(socket, "a.test");
    const auto first = socket.read();
    ensure(first.has_value(), "a download that ended");
    std::size_t got = 0;
    Seconds passed{};
    while (passed < time) {
      const auto piece = socket.read();
      ensure(piece.has_value(), "a download that ended");
      got += piece->bytes;
      passed = piece->arrived - first->arrived;
    }
    found = static_cast<double>(got) / passed.count();
  });
  return found;
}

void print_rates(Seconds time) {
  fmt::print(
      "the rate of a download in a tunnel, measured, and of what was asked for (aim: 1 %)\n");
  for (const std::int64_t rate :
       {1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 500'000'000}) {
    const auto fault = fmt::format(
        "[[fault]]\nid = 'slow'\nwhen = {{ point = 'tunnel', direction = 'to_client' }}\n"
        "do.throttle = {{ bytes_per_s = {} }}\n",
        rate);
    const auto found = measured_rate(fault, time);
    fmt::print("  {:>12} bytes/s {:22.0f}  {:+6.2f} %\n", rate, found,
               (found / static_cast<double>(rate) - 1) * 100);
  }
  fmt::print("  {:>12} bytes/s {:22.0f}\n", "without", measured_rate("", time));
}

}  // namespace
}  // namespace misproxy::bench

/// Exit codes: 0, whatever the figures; 2 a flag that it does not know.
int main(int count, char** arguments) {
  using namespace std::chrono_literals;
  const bool quick = count == 2 && std::strcmp(arguments[1], "--quick") == 0;
  if (count > 1 && !quick) {
    std::fputs("misproxy_bench_streams [--quick]: quick does each thing once\n", stderr);
    return 2;
  }
  misproxy::bench::print_delays(quick ? 5 : 200);
  misproxy::bench::print_rates(quick ? 100ms : 2s);
  return 0;
}
