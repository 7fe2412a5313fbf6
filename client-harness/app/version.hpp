#pragma once

#include <string>

namespace misproxy::app {

inline constexpr auto kVersion = MISPROXY_VERSION;

/// What `--version` prints: `misproxy 0.1.0`, then what this program was built of and by, and the
/// libraries that it runs with. A line a fact, for a report of a defect.
std::string version_text();

}  // namespace misproxy::app
