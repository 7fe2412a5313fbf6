#pragma once

#include <string>
#include <vector>

#include "report/run_result.hpp"

namespace misproxy {

/// JUnit XML as CI servers read it: a test case a run, a failure for each that did not come as
/// expected; of those that are `skipped` nothing was expected. Source: the schema of Apache Ant's
/// junitreport; there is no standard.
std::string junit_text(const std::vector<RunResult>& results);

}  // namespace misproxy
