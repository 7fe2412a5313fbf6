#pragma once

#include "diagnose/observations.hpp"
#include "reproduce/sketch.hpp"

namespace misproxy::reproduce {

/// Moves the byte at which a fault acts by as much as the run's is off the evidence's: what TLS
/// hides is told by its sizes alone, and another origin's heads have another size. False where
/// there is nothing to move.
bool fit(Sketch& sketch, const diagnose::Connection& evidence, const diagnose::Connection& run);

}  // namespace misproxy::reproduce
