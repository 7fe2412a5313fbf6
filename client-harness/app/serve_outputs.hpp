#pragma once

#include <string>

#include "app/serve_options.hpp"

namespace misproxy::app {

/// What is wrong with where `serve` is to write, in a sentence, before any file is emptied or
/// removed; empty where all is well.
std::string refuse_serve_outputs(const ServeOptions& options);

}  // namespace misproxy::app
