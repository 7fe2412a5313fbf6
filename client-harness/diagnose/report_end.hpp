#pragma once

#include "evidence/client_report.hpp"

namespace misproxy::diagnose {

/// Adds to a client's report without connections what its last word tells of one: its exit code, a
/// line of `--write-out`, or an error in words that nobody knows. Nothing where that tells nothing.
/// Source: curl(1), EXIT CODES and --write-out.
void tell_by_end(evidence::ClientReport& report);

}  // namespace misproxy::diagnose
