#include "support/plans.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "scenario/loader.hpp"

namespace misproxy::test {

Plan plan_with(std::string_view faults, std::uint64_t seed) {
  constexpr std::string_view head = R"(schema = 1
[about]
id = "test"
title = "A scenario of the tests"
teaches = "nothing"
[[origin]]
host = "a.test"
)";
  auto loaded = load_scenario("test.toml", fmt::format("{}{}", head, faults));
  EXPECT_TRUE(loaded.problems.empty()) << to_text(loaded.problems);
  return {std::move(loaded.scenario), seed};
}

std::string fault_text(std::string_view id, std::string_view when, std::string_view deed) {
  return fmt::format("[[fault]]\nid = \"{}\"\nwhen = {{ {} }}\ndo = {{ {} }}\n", id, when, deed);
}

}  // namespace misproxy::test
