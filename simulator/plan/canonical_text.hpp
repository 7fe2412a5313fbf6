#pragma once

#include <string>

#include "scenario/scenario.hpp"

namespace misproxy {

/// A scenario with every default filled in, one `path = value` a line: equal for two files that
/// mean the same, whatever their layout and comments. What the plan's digest covers.
std::string canonical_text(const Scenario& scenario);

}  // namespace misproxy
