#include "core/recent_map.hpp"

#include <gtest/gtest.h>

#include <string>

namespace misproxy {
namespace {

TEST(RecentMap, ForgetsWhatNobodyHasAskedForLongest) {
  RecentMap<std::string, int> map(3);
  EXPECT_FALSE(map.put("a", 1));
  EXPECT_FALSE(map.put("b", 2));
  EXPECT_FALSE(map.put("c", 3));
  ASSERT_NE(map.find("a"), nullptr);  // so that `b` is the oldest
  const auto gone = map.put("d", 4);
  ASSERT_TRUE(gone.has_value());
  EXPECT_EQ(*gone, (std::pair<std::string, int>{"b", 2}));
  EXPECT_EQ(map.find("b"), nullptr);
  EXPECT_EQ(*map.find("a"), 1);
  EXPECT_EQ(map.size(), 3U);
}

TEST(RecentMap, AValueInThePlaceOfAnotherPushesNothingOut) {
  RecentMap<std::string, int> map(2);
  map.put("a", 1);
  map.put("b", 2);
  EXPECT_FALSE(map.put("a", 5));
  EXPECT_EQ(*map.find("a"), 5);
  EXPECT_EQ(map.put("c", 3)->first, "b");
}

}  // namespace
}  // namespace misproxy
