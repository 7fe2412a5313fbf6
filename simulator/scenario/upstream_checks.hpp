#pragma once

#include "scenario/scenario.hpp"
#include "scenario/table_reader.hpp"

namespace misproxy {

/// What is wrong with origins that are real upstreams, and with faults that would have to act
/// inside their TLS.
void check_upstreams(TableReader& root, const Scenario& scenario);

}  // namespace misproxy
