#pragma once

#include "scenario/scenario.hpp"
#include "scenario/table_reader.hpp"

namespace misproxy {

/// What is wrong with the routes, folders and scripts of origins: files that are not there, and
/// routes and steps that another hides.
void check_origins(TableReader& root, const Scenario& scenario);

}  // namespace misproxy
