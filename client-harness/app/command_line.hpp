#pragma once

#include "core/exit_code.hpp"

namespace misproxy::app {

/// Does what the command line asks for. Where there is nothing to do, help was printed, or one line
/// that says what is wrong.
ExitCode perform_command_line(int argc, const char* const* argv);

}  // namespace misproxy::app
