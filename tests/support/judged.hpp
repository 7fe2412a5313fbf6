#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <variant>

#include "diagnose/diagnose.hpp"
#include "diagnose/read_evidence.hpp"

namespace misproxy::test {

/// What the diagnosis makes of one client's log alone.
inline diagnose::Verdict judged(std::string log) {
  auto read = diagnose::read_evidence({{"client.log", std::move(log)}}, nullptr);
  EXPECT_TRUE(std::holds_alternative<diagnose::Observations>(read));
  return diagnose::diagnose(std::get<diagnose::Observations>(std::move(read))).incident;
}

}  // namespace misproxy::test
