#pragma once

#include <string_view>

#include "core/exit_code.hpp"

namespace misproxy::app {

/// One line on stderr, `misproxy: ...`, and the code to end with.
ExitCode complain(ExitCode code, std::string_view sentence);

/// True where stderr is a terminal and NO_COLOR (no-color.org) is not set.
bool stderr_has_colour();

}  // namespace misproxy::app
