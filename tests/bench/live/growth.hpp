#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/live/subject.hpp"

namespace misproxy::bench {

/// How costs grow: with open connections, threads, faults in the scenario, trace and capture.
/// Printed as it is measured. `share`: of the whole effort.
void growth(Stable& stable, const std::vector<std::string>& flags, double share,
            const std::function<void(const std::string&)>& tell);

}  // namespace misproxy::bench
