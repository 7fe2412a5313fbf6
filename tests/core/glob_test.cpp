#include "core/glob.hpp"

#include <gtest/gtest.h>

namespace misproxy {
namespace {

TEST(Glob, MatchesAsShellsDo) {
  EXPECT_TRUE(glob_matches("*.cisco.com", "tools.cisco.com"));
  EXPECT_TRUE(glob_matches("*.cisco.com", "a.b.cisco.com"));
  EXPECT_FALSE(glob_matches("*.cisco.com", "cisco.com"));
  EXPECT_TRUE(glob_matches("Tools.CISCO.com", "tools.cisco.com"));
  EXPECT_TRUE(glob_matches("t??ls*", "tools.cisco.com"));
  EXPECT_FALSE(glob_matches("", "a"));
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("a*b*c", "aXbXbXc"));
  EXPECT_FALSE(glob_matches("a*b*c", "aXbXbX"));
}

TEST(Glob, IsQuickOnHostilePatterns) {
  EXPECT_FALSE(glob_matches("*a*a*a*a*a*a*a*a*a*b", std::string(10'000, 'a')));
}

}  // namespace
}  // namespace misproxy
