#pragma once

#include <optional>
#include <vector>

#include "diagnose/observations.hpp"
#include "diagnose/verdict.hpp"

namespace misproxy::diagnose::rules {

/// A command line or a setting that explains what the connections met: `-u` where `-U` was meant, a
/// client that goes around the proxy, sockets that show where it waits.
std::optional<Verdict> settings(const Observations& observations,
                                const std::vector<Verdict>& verdicts);

}  // namespace misproxy::diagnose::rules
