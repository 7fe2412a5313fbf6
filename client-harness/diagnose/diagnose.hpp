#pragma once

#include <optional>

#include "diagnose/observations.hpp"
#include "diagnose/verdict.hpp"

namespace misproxy::diagnose {

/// Names what went wrong, for each connection and for the incident, from observations alone.
Diagnosis diagnose(Observations observations);

/// The verdict on a connection that is over, where no more can be told of it and no other evidence
/// is to come; nothing where a rule may still ask for it. `previous`, `next`: those that began
/// before and behind it, where there are any that have no verdict yet.
std::optional<Verdict> settle(const Connection& connection, const Connection* previous,
                              const Connection* next);

}  // namespace misproxy::diagnose
