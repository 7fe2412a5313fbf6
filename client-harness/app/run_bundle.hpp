#pragma once

#include <filesystem>
#include <string>

#include "runner/run.hpp"

namespace misproxy::app {

/// Keeps what a run leaves beside its captures: trace, log and report, in a folder that is made
/// where it is not there. A sentence where that can't be; empty where all is kept.
std::string write_bundle(const std::filesystem::path& folder, const Run& run);

}  // namespace misproxy::app
