#pragma once

#include <string>

#include "core/exit_code.hpp"

namespace misproxy::app {

/// Complains of an id that no verdict has, and names the one that was meant, where that shows.
ExitCode unknown_verdict(const std::string& id);

}  // namespace misproxy::app
