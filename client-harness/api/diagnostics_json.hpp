#pragma once

#include <boost/json.hpp>
#include <vector>

#include "scenario/diagnostic.hpp"

namespace misproxy::api {

/// What is wrong in a scenario, as the API and `check --format json` tell it.
boost::json::array diagnostics_json(const std::vector<Diagnostic>& diagnostics);

}  // namespace misproxy::api
