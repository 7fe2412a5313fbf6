// How fast the virtual world is on one core, and how much memory it takes: each figure beside its
// aim, and beside what OpenSSL, or the event queue, needs for its part of the same, measured in
// turn.
#include <fmt/format.h>

#include <cstdio>
#include <cstring>
#include <utility>

#include "bench/measure.hpp"
#include "bench/peers.hpp"
#include "core/ensure.hpp"
#include "runner/virtual_runner.hpp"
#include "scenario/bundled.hpp"
#include "scenario/loader.hpp"

namespace misproxy::bench {
namespace {

constexpr std::uint64_t kSeed = 1;
constexpr double kMostMib = 64;

Scenario scenario_of(std::string_view id) {
  for (const auto& file : bundled_scenarios()) {
    if (file.id() == id) return load_scenario("", file.text).scenario;
  }
  ensure(false, "no bundled scenario of this name");
  return {};
}

/// One attempt, denied: no TLS.
Scenario denied_once() {
  auto scenario = scenario_of("acl-deny-403");
  scenario.client.attempts = 1;
  scenario.expect.client->attempts = 1;
  return scenario;
}

/// The answer comes an hour after the request.
Scenario hour_long() {
  auto scenario = scenario_of("stall-after-tls");
  std::get<Stall>(scenario.faults.at(0).deed).for_ms = std::chrono::hours{1};
  scenario.client.max_time_ms.reset();
  scenario.client.response_ms = Milliseconds::zero();
  scenario.expect = {};
  return scenario;
}

Scenario download_of(std::int64_t bytes) {
  auto scenario = scenario_of("allow");
  scenario.client.method = ClientSettings::Method::get;
  scenario.client.url = fmt::format("https://tools.cisco.com/bytes/{}", bytes);
  scenario.expect = {};
  return scenario;
}

Run run(VirtualRunner& runner, const Plan& plan, bool capture = false) {
  auto made = runner.run({&plan, std::nullopt, capture});
  ensure(made.result.ok(), "a run that is measured went wrong");
  return made;
}

/// All figures, one after the other.
class Benchmark {
 public:
  explicit Benchmark(bool quick) : quick_(quick) {
    if (quick) effort_ = {1, {}};
  }

  std::vector<Figure> measure_all() {
    measure_memory();
    without_tls();
    with_tls();
    a_seed_each();
    an_hour();
    sweep();
    return std::move(figures_);
  }

 private:
  static constexpr std::int64_t kOffsets = 5'000;

  VirtualRunner runner() const { return VirtualRunner(simulated::Limits{}); }

  void add_rate(std::string name, const Times& times, double aim, std::string peer) {
    figures_.push_back({std::move(name), 1 / times.subject, "runs/s", aim, true, std::move(peer),
                        times.subject / times.peer});
  }

  void add_memory(std::string name, const Scenario& scenario, bool capture) {
    const auto mib = peak_mib([&] {
      auto own = runner();
      run(own, Plan(scenario, kSeed), capture);
    });
    figures_.push_back({"peak memory: " + std::move(name), mib, "MiB", kMostMib, false,
                        "a process that does nothing", mib / idle_mib_});
  }

  void measure_memory() {
    idle_mib_ = peak_mib([] {});
    add_memory("allow, with captures", scenario_of("allow"), true);
    add_memory("zero-window-stall, body of 100 MB", scenario_of("zero-window-stall"), false);
    add_memory("one-percent-loss, with captures", scenario_of("one-percent-loss"), true);
    add_memory("download of 100 MB", download_of(quick_ ? 1'000'000 : 100'000'000), false);
  }

  void without_tls() {
    auto own = runner();
    const Plan plan(denied_once(), kSeed);
    const auto events = run(own, plan).events;
    const auto times = measure(
        effort_, [&] { run(own, plan); }, [&] { bare_events(events); });
    add_rate("no TLS: acl-deny-403, one attempt", times, 10'000,
             fmt::format("{} bare events", events));
  }

  void with_tls() {
    auto own = runner();
    const Plan plan(scenario_of("allow"), kSeed);
    run(own, plan);  // makes the keys
    const auto times = measure(
        effort_, [&] { run(own, plan); }, handshake());
    add_rate("TLS: allow, one seed", times, 1'000, "a bare handshake");
  }

  void a_seed_each() {
    auto own = runner();
    const auto scenario = scenario_of("allow");
    std::uint64_t seed = kSeed;
    const auto times = measure(
        effort_, [&] { run(own, Plan(scenario, ++seed)); }, handshake());
    add_rate("TLS: allow, a seed and its keys each", times, 1'000, "a bare handshake");
  }

  void an_hour() {
    auto own = runner();
    const Plan stalled(hour_long(), kSeed);
    const Plan free(scenario_of("allow"), kSeed);
    const auto took = run(own, stalled).result.took;
    const auto times = measure(
        effort_, [&] { run(own, stalled); }, [&] { run(own, free); });
    const auto speed = std::chrono::duration<double>(took).count() / times.subject;
    figures_.push_back({"a stall of an hour", speed, "virtual s / s", 1e6, true,
                        "the same without a stall", times.subject / times.peer});
  }

  void sweep() {
    auto own = runner();
    auto scenario = scenario_of("truncated-download");
    scenario.expect = {};
    std::int64_t offset = 0;
    const auto next = [&] {
      scenario.faults.at(0).when.body_offset_bytes = offset++ % kOffsets;
      run(own, Plan(scenario, kSeed));
    };
    const auto times = measure(effort_, next, handshake());
    figures_.push_back({"a sweep of 5,000 offsets", times.subject * kOffsets, "s", 10, false,
                        "5,000 bare handshakes", times.subject / times.peer});
  }

  Work handshake() {
    return [this] { bare_handshake(keys_); };
  }

  bool quick_;
  Effort effort_;
  SeededKeys keys_{kSeed, VirtualRunner::kEpoch, KeyLog::none};
  double idle_mib_ = 0;
  std::vector<Figure> figures_;
};

}  // namespace
}  // namespace misproxy::bench

/// Exit codes: 0, whatever the figures; 2 a flag that it does not know.
int main(int count, char** arguments) {
  const bool quick = count == 2 && std::strcmp(arguments[1], "--quick") == 0;
  if (count > 1 && !quick) {
    std::fputs("misproxy_bench [--quick]: quick does each thing once, to see that it works\n",
               stderr);
    return 2;
  }
  const auto figures = misproxy::bench::Benchmark(quick).measure_all();
  const auto text = quick ? fmt::format("{} figures can be measured\n", figures.size())
                          : misproxy::bench::table(figures);
  std::fputs(text.c_str(), stdout);
  return 0;
}
