#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/judged.hpp"

namespace misproxy::test {

/// What a program writes, and what the diagnosis has to make of it.
struct Wording {
  const char* name;
  std::string text;
  const char* id;
  diagnose::Confidence confidence;
};

class Wordings : public testing::TestWithParam<Wording> {
 protected:
  static void expect_right() {
    const auto found = judged(GetParam().text);
    EXPECT_EQ(found.id, GetParam().id) << found.headline;
    EXPECT_EQ(found.confidence, GetParam().confidence) << found.headline;
    EXPECT_NE(found.outcome(), diagnose::Outcome::works) << found.headline;
  }
};

inline std::string name_of(const testing::TestParamInfo<Wording>& each) { return each.param.name; }

}  // namespace misproxy::test
