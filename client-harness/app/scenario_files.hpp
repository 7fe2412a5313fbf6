#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/exit_code.hpp"
#include "scenario/loader.hpp"

namespace misproxy::app {

/// A scenario's text and the name to call it by in messages: a path, or the id of one that is part
/// of the program. `layer`: the name of its folder.
struct ScenarioFile {
  std::string name;
  std::string text;
  bool built_in = false;
  std::string layer = {};
};

/// What could not be had, and the exit code that it means.
struct FileError {
  ExitCode code = ExitCode::environment;
  std::string message;
};

/// Files by path, or bundled scenarios by id; a folder stands for every `*.toml` below it, sorted.
/// What cannot be read is an error each; the rest is there.
struct FoundScenarios {
  std::vector<ScenarioFile> files;
  std::vector<FileError> errors;
};

/// A line on stderr for each; the first one's code, or that nothing is wrong.
ExitCode complain_of(const std::vector<FileError>& errors);

FoundScenarios find_scenarios(const std::vector<std::string>& arguments);
/// Every bundled one.
std::vector<ScenarioFile> bundled_files();
/// The one with this id; nothing where there is none.
std::optional<ScenarioFile> bundled_file(std::string_view id);
/// One sentence for the latter, with the id that was meant, where that shows.
std::string no_such_scenario(const std::string& id);

}  // namespace misproxy::app
