#pragma once

#include <string_view>
#include <vector>

#include "drivers/last_words.hpp"
#include "report/client_record.hpp"
#include "report/run_result.hpp"
#include "scenario/scenario.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// What a client did and said, held against the trace and against what the scenario does. `exec`
/// has been filled from the trace. `killed`: at the limit.
ClientRecord record_of(const LastWords& said, const RunResult::Exec& exec, bool killed,
                       const Scenario& scenario, const std::vector<TraceLine>& trace);

}  // namespace misproxy
