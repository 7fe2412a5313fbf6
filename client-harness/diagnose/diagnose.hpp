#pragma once

#include "diagnose/observations.hpp"
#include "diagnose/verdict.hpp"

namespace misproxy::diagnose {

/// Names what went wrong, for each connection and for the incident, from observations alone.
Diagnosis diagnose(const Observations& observations);

}  // namespace misproxy::diagnose
