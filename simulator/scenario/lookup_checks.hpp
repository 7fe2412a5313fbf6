#pragma once

#include "scenario/scenario.hpp"
#include "scenario/table_reader.hpp"

namespace misproxy {

/// Faults at `lookup` for names that nobody asks for.
void check_lookups(TableReader& root, const Scenario& scenario);

}  // namespace misproxy
