#include "plan/attempt_counts.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

TEST(AttemptCounts, CountsEachHostFromOne) {
  AttemptCounts counts;
  EXPECT_EQ(counts.count("a.test").attempt, 1);
  EXPECT_EQ(counts.count("b.test").attempt, 1);
  EXPECT_EQ(counts.count("a.test").attempt, 2);
}

TEST(AttemptCounts, PastItsBoundItSaysWhatItForgets) {
  AttemptCounts counts(2);
  counts.count("a.test");
  counts.count("b.test");
  counts.count("b.test");
  counts.count("a.test");
  const auto counted = counts.count("c.test");
  EXPECT_EQ(counted.attempt, 1);
  ASSERT_TRUE(counted.lost.has_value());
  EXPECT_EQ(counted.lost->first, "b.test");
  EXPECT_EQ(counted.lost->second, 2);
  EXPECT_EQ(counts.count("b.test").attempt, 1);
}

}  // namespace
}  // namespace misproxy
