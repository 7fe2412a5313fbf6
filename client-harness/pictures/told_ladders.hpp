#pragma once

#include <deque>

#include "diagnose/observations.hpp"
#include "pictures/packet_ladders.hpp"

namespace misproxy::pictures {

/// Ladders of the connections that no packet shows: what logs tell of each, in the order of its
/// lines. At most 50.
std::deque<Drawn> told_ladders(const diagnose::Observations& observations);

}  // namespace misproxy::pictures
