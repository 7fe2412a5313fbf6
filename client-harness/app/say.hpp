#pragma once

#include <string_view>

#include "core/exit_code.hpp"

namespace misproxy::app {

/// Talk, on stderr. Where nobody can hear it, it is lost: no reason to end.
void tell(std::string_view text);

/// Data, on stdout. Where it cannot be written, says so and throws `OutputLost`.
void print(std::string_view text);

/// stdout is closed or full; `main` ends with code 3.
struct OutputLost {};

/// One line on stderr, `misproxy: ...`, `visible` whatever a file or a key is called, and the code
/// to end with.
ExitCode complain(ExitCode code, std::string_view sentence);

/// True where stderr is a terminal that can draw over a line.
bool stderr_draws();
/// True where stderr is a terminal and NO_COLOR (no-color.org) is not set.
bool stderr_has_colour();
/// The same of stdout.
bool stdout_has_colour();

}  // namespace misproxy::app
