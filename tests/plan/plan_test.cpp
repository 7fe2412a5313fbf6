#include "plan/plan.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "plan/canonical_text.hpp"
#include "support/plans.hpp"

namespace misproxy {
namespace {

using test::fault_text;
using test::plan_with;

std::string id_at(const Plan& plan, Point point, const ConnectionFacts& facts) {
  const auto faults = plan.faults_at(point, facts);
  return faults.empty() ? "-" : faults.front()->id;
}

TEST(Plan, TakesTheFirstFaultThatApplies) {
  const auto plan =
      plan_with(fault_text("b", R"(point = "reply", host = "b.*")", "stall = {}") +
                fault_text("second", R"(point = "reply", attempt = 2)", "stall = {}") +
                fault_text("third", R"(point = "reply", connection = 3)", "stall = {}"));
  EXPECT_EQ(id_at(plan, Point::reply, {1, "b.test", 2}), "b");
  EXPECT_EQ(id_at(plan, Point::reply, {1, "a.test", 2}), "second");
  EXPECT_EQ(id_at(plan, Point::reply, {3, "a.test", 1}), "third");
  EXPECT_EQ(id_at(plan, Point::reply, {1, "a.test", 1}), "-");
  EXPECT_EQ(id_at(plan, Point::accept, {3, "", 0}), "-");
}

TEST(Plan, DrawsAChanceFromTheSeed) {
  const auto faults = fault_text("half", R"(point = "reply", chance = 0.5)", "stall = {}");
  const auto pattern = [](const Plan& plan) {
    std::string text;
    for (std::int64_t i = 1; i <= 200; ++i)
      text += id_at(plan, Point::reply, {i, "a.test", i}) == "half" ? '1' : '0';
    return text;
  };
  const auto one = pattern(plan_with(faults, 1));
  EXPECT_EQ(one, pattern(plan_with(faults, 1)));
  EXPECT_NE(one, pattern(plan_with(faults, 2)));
  EXPECT_NEAR(static_cast<double>(std::count(one.begin(), one.end(), '1')), 100, 25);
  // A rule more, even in front, shifts no other rule's draws.
  const auto more = fault_text("other", R"(point = "accept", chance = 0.5)", "stall = {}") + faults;
  EXPECT_EQ(one, pattern(plan_with(more, 1)));
}

TEST(Plan, DigestIsOfTheMeaningNotOfTheLayout) {
  const auto plan = plan_with(fault_text("x", R"(point = "reply")", "stall = {}"));
  const auto same = plan_with(
      "# a comment\n[[fault]]\nid = 'x'\n[fault.do.stall]\n[fault.when]\npoint = 'reply'\n");
  EXPECT_EQ(plan.digest(), same.digest());
  const auto seeded = plan_with(fault_text("x", R"(point = "reply")", "stall = {}"), 2);
  EXPECT_NE(plan.digest(), seeded.digest());
  const auto timed = plan_with(fault_text("x", R"(point = "reply")", "stall = { for_ms = 1 }"));
  EXPECT_NE(plan.digest(), timed.digest());
}

TEST(Plan, FindsOriginsByHostAndPort) {
  const auto plan = plan_with("[[origin]]\nhost = '*.cisco.com'\nport = 8443\n");
  EXPECT_NE(plan.origin_for("a.test", 443), nullptr);
  EXPECT_NE(plan.origin_for("A.TEST.", 443), nullptr);
  EXPECT_NE(plan.origin_for("tools.cisco.com", 8443), nullptr);
  EXPECT_EQ(plan.origin_for("tools.cisco.com", 443), nullptr);
  EXPECT_EQ(plan.origin_for("b.test", 443), nullptr);
}

}  // namespace
}  // namespace misproxy
