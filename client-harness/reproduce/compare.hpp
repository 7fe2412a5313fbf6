#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reproduce/signs.hpp"

namespace misproxy::reproduce {

/// One thing of the evidence, and what the run has in its place.
struct Compared {
  std::string name;
  std::string evidence;
  std::string run;
  bool agrees = false;
  bool decides = true;
};

/// Each sign of the evidence against the run's; in the evidence's order.
std::vector<Compared> compare(const std::vector<Sign>& evidence, const std::vector<Sign>& run);

/// All that agreed in `before`, and that a verdict rests on, agrees still.
bool holds(const std::vector<Compared>& before, const std::vector<Compared>& now);

}  // namespace misproxy::reproduce
