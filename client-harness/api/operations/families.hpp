#pragma once

#include <vector>

#include "api/operation.hpp"

namespace misproxy::api {

// The rows of `operations()`, by what they are about.
const std::vector<Operation>& scenario_operations();
const std::vector<Operation>& proxy_operations();
const std::vector<Operation>& event_operations();
const std::vector<Operation>& evidence_operations();

}  // namespace misproxy::api
