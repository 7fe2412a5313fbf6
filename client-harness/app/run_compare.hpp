#pragma once

#include "app/run_options.hpp"
#include "core/exit_code.hpp"

namespace misproxy::app {

/// `misproxy run --compare A,B`: each scenario with the built-in client in two worlds, and where
/// they tell the same.
ExitCode run_compare(const RunOptions& options);

}  // namespace misproxy::app
