#pragma once

#include "app/capture_options.hpp"
#include "core/exit_code.hpp"

namespace misproxy::app {

/// `misproxy capture text --ladder`, `capture html` and `capture svg`: what a file's packets look
/// like, on stdout.
ExitCode capture_picture(const CaptureOptions& options);

/// How many columns stdout's terminal has; 80 where it is none.
std::size_t terminal_columns();

}  // namespace misproxy::app
