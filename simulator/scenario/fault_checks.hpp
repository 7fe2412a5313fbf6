#pragma once

#include "scenario/scenario.hpp"
#include "scenario/table_reader.hpp"

namespace misproxy {

/// What is wrong with faults that can be read: a `path` where no request has one, and an answer of
/// raw bytes that says beside them what is never sent.
void check_faults(TableReader& root, const Scenario& scenario);

}  // namespace misproxy
