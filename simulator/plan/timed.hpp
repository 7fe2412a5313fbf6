#pragma once

#include "scenario/scenario.hpp"

namespace misproxy {

/// Whether a fault of it lasts for a time, or acts at one: then a world has to know exactly when
/// things happen.
bool is_timed(const Scenario& scenario);

}  // namespace misproxy
