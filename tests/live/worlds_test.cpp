#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

#include "live/ca_store.hpp"
#include "plan/worlds.hpp"
#include "runner/live_runner.hpp"
#include "runner/virtual_runner.hpp"
#include "scenario/bundled.hpp"
#include "scenario/loader.hpp"
#include "trace/normal_form.hpp"

namespace misproxy {
namespace {

/// A CA in a file for as long as the tests run.
const live::StoredAuthority& test_authority() {
  static const auto stored = [] {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    live::StoredAuthority made{
        std::filesystem::temp_directory_path() / fmt::format("misproxy-worlds-{}.pem", ::getpid()),
        Authority::create(now)};
    std::ofstream(made.certificate) << made.pem.certificate;
    std::atexit([] { std::filesystem::remove(test_authority().certificate); });
    return made;
  }();
  return stored;
}

Scenario scenario_of(std::string_view text) {
  auto loaded = load_scenario("worlds_test", text);
  EXPECT_TRUE(loaded.problems.empty());
  return std::move(loaded.scenario);
}

/// One attempt of those that wait for a limit: three of them take their time.
Scenario made_short(Scenario scenario) {
  const auto limit = scenario.client.max_time_ms.value_or(Milliseconds{0});
  if (limit * scenario.client.attempts > std::chrono::seconds{5}) scenario.client.attempts = 1;
  scenario.expect = {};
  return scenario;
}

/// Line by line: what only one of the two has, marked with whose it is.
std::string difference(const std::vector<std::string>& in_live,
                       const std::vector<std::string>& in_virtual) {
  std::string text;
  const auto print = [&](const auto& lines, const auto& others, std::string_view mark) {
    for (const auto& line : lines) {
      const bool common = std::find(others.begin(), others.end(), line) != others.end();
      text += fmt::format("{} {}\n", common ? " " : mark, line);
    }
  };
  text += "live:\n";
  print(in_live, in_virtual, "+");
  text += "virtual:\n";
  print(in_virtual, in_live, "-");
  return text;
}

Run live_run(const Plan& plan) {
  LiveRunner runner(test_authority(), std::chrono::seconds{60});
  auto result = runner.run({&plan, std::nullopt, false});
  if (const auto* why = std::get_if<std::string>(&result)) ADD_FAILURE() << *why;
  return std::get<Run>(std::move(result));
}

void expect_equal_in_both(const Scenario& scenario) {
  const Plan plan(scenario, Plan::kDefaultSeed);
  const auto live = live_run(plan);
  VirtualRunner runner({});
  const auto virtually = runner.run({&plan, std::nullopt, false});
  EXPECT_EQ(live.result.trace_digest, virtually.result.trace_digest)
      << difference(normal_form(live.trace), normal_form(virtually.trace)) << live.log;
  EXPECT_EQ(word(live.result.outcome.phase), word(virtually.result.outcome.phase));
  EXPECT_EQ(word(live.result.outcome.error), word(virtually.result.outcome.error));
}

std::vector<BundledScenario> for_live() {
  std::vector<BundledScenario> chosen;
  for (const auto& bundled : bundled_scenarios()) {
    const auto loaded = load_scenario(std::string(bundled.path), bundled.text);
    if (loaded.problems.empty() && !why_not_live(loaded.scenario)) chosen.push_back(bundled);
  }
  return chosen;
}

class Worlds : public testing::TestWithParam<BundledScenario> {};

TEST_P(Worlds, TellTheSameOfABundledScenario) {
  expect_equal_in_both(made_short(scenario_of(GetParam().text)));
}

TEST_P(Worlds, CurlDoesWhatTheScenarioExpects) {
  const Plan plan(scenario_of(GetParam().text), Plan::kDefaultSeed);
  LiveRunner runner(test_authority(), std::chrono::seconds{60});
  const auto result = runner.run_curl({&plan, std::nullopt, false});
  ASSERT_TRUE(std::holds_alternative<misproxy::Run>(result)) << std::get<std::string>(result);
  const auto& run = std::get<misproxy::Run>(result);
  EXPECT_TRUE(run.result.ok()) << run.result.mismatches.front() << "\n" << run.log;
  EXPECT_EQ(run.result.client, "curl");
  EXPECT_FALSE(run.trace.empty());
}

INSTANTIATE_TEST_SUITE_P(Bundled, Worlds, testing::ValuesIn(for_live()), [](const auto& param) {
  std::string name(param.param.id());
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace misproxy
