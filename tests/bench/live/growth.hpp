#pragma once

#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "bench/live/subject.hpp"

namespace misproxy::bench {

/// `share`: of the whole effort; `seconds`: about as long as it takes at most; `helpers`: as in
/// Contest.
struct GrowthEffort {
  double share = 1;
  double seconds = 600;
  std::vector<pid_t> helpers{};
};

/// How costs grow: with open connections, threads, faults in the scenario, trace and capture.
/// Printed as it is measured, with what others disturbed.
void growth(Stable& stable, const std::vector<std::string>& flags, const GrowthEffort& effort,
            const std::function<void(const std::string&)>& tell);

}  // namespace misproxy::bench
