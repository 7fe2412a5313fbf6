#include "support/both_worlds.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "runner/live_runner.hpp"
#include "runner/virtual_runner.hpp"
#include "support/suite_ca.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::test {
namespace {

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

}  // namespace

Run run_live(const Plan& plan) {
  static LiveRunner runner(LiveStage::Where::loopback, suite_ca(), std::chrono::seconds{60});
  auto result = runner.run({&plan, std::nullopt, false});
  if (const auto* why = std::get_if<std::string>(&result)) ADD_FAILURE() << *why;
  return std::get<Run>(std::move(result));
}

Run run_in_virtual(const Plan& plan, bool capture) {
  VirtualRunner runner({});
  RunRequest request{&plan, std::nullopt, capture};
  request.comments = false;
  return runner.run(request);
}

void expect_equal(const Run& live, const Run& virtually) {
  EXPECT_EQ(live.result.trace_digest, virtually.result.trace_digest)
      << difference(normal_form(live.trace), normal_form(virtually.trace)) << live.log;
  EXPECT_EQ(word(live.result.outcome.phase), word(virtually.result.outcome.phase));
  EXPECT_EQ(word(live.result.outcome.error), word(virtually.result.outcome.error));
}

void expect_equal_in_both(const Scenario& scenario) {
  const Plan plan(scenario, Plan::kDefaultSeed);
  expect_equal(run_live(plan), run_in_virtual(plan));
}

}  // namespace misproxy::test
