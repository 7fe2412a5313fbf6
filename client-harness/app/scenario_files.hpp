#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/exit_code.hpp"
#include "scenario/loader.hpp"

namespace misproxy::app {

/// A scenario's text and the name to call it by in messages.
struct ScenarioFile {
  std::string name;
  std::string text;
};

/// What could not be had, and the exit code that it means.
struct FileError {
  ExitCode code = ExitCode::environment;
  std::string message;
};

/// Files by path, or bundled scenarios by id; a folder stands for every `*.toml` below it, sorted.
/// The first that cannot be read is the error.
struct FoundScenarios {
  std::vector<ScenarioFile> files;
  std::optional<FileError> error;
};

FoundScenarios find_scenarios(const std::vector<std::string>& arguments);
/// Every bundled one.
std::vector<ScenarioFile> bundled_files();

}  // namespace misproxy::app
