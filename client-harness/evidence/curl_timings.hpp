#pragma once

#include <string_view>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// Takes curl's timings from a line of its --write-out: `time_connect: 0.012s`, or several in a
/// line by short names, `connect=0.012 appconnect=0.000 ttfb=0.000 total=30.0`. False where there
/// are none.
bool read_timings(std::string_view line, Timings& timings);

}  // namespace misproxy::evidence
