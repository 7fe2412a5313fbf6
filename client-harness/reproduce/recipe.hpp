#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "reproduce/facts.hpp"
#include "reproduce/sketch.hpp"

namespace misproxy::reproduce {

/// How a verdict is shown: scenarios that may show it from these facts, the likeliest first; or why
/// no scenario can.
struct Recipe {
  std::string_view verdict;
  std::vector<Sketch> (*make)(const Facts& facts) = nullptr;
  std::string_view why_not = {};
};

/// All of them, one a verdict.
std::vector<Recipe> recipes();

/// Null where no verdict has this id.
const Recipe* find_recipe(std::string_view verdict);

namespace recipe {

std::span<const Recipe> reach();
std::span<const Recipe> reply();
std::span<const Recipe> tls();
std::span<const Recipe> certificate();
std::span<const Recipe> path();
std::span<const Recipe> transfer();
std::span<const Recipe> origin();
std::span<const Recipe> none();

}  // namespace recipe
}  // namespace misproxy::reproduce
