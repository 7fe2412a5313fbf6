#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/live/subject.hpp"

namespace misproxy::bench {

/// What clients do that no client should, at once: thousands of idle tunnels, others with a sender
/// that never stops and nobody who reads, clients that ask and never read an answer; then no
/// descriptor is left. Prints what memory that takes, and whether others are still served. False
/// where they are not, or where misproxy turns in circles.
bool hostile(Stable& stable, const std::vector<std::string>& flags, double share,
             const std::function<void(const std::string&)>& tell);

}  // namespace misproxy::bench
