#pragma once

#include "app/serve_options.hpp"
#include "core/exit_code.hpp"

namespace misproxy::app {

/// `misproxy serve --world lab`: a port on loopback whose connections are led through a lab.
ExitCode serve_lab(const ServeOptions& options);

}  // namespace misproxy::app
