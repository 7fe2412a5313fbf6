#include "support/both_worlds.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "runner/live_runner.hpp"
#include "runner/virtual_runner.hpp"
#include "tls/pem.hpp"
#include "trace/normal_form.hpp"

namespace misproxy::test {

/// A CA in a file for as long as the tests run.
const live::StoredAuthority& test_authority() {
  struct Stored {
    live::StoredAuthority authority;
    ~Stored() {
      std::error_code ignored;
      std::filesystem::remove(authority.certificate, ignored);
    }
  };
  static const Stored stored{[] {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    live::StoredAuthority made{
        std::filesystem::temp_directory_path() / fmt::format("misproxy-worlds-{}.pem", ::getpid()),
        Authority::create(now),
        to_pem(make_key()),
        {}};
    std::ofstream(made.certificate) << made.pem.certificate;
    return made;
  }()};
  return stored.authority;
}

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
  static LiveRunner runner(LiveStage::Where::loopback, test_authority(), std::chrono::seconds{60});
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
