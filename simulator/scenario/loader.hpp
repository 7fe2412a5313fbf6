#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenario/diagnostic.hpp"
#include "scenario/scenario.hpp"

namespace misproxy {

/// A scenario, or all that is wrong with its file. `scenario` is good for use only where `problems`
/// is empty. `warnings` keep nobody from using it.
struct LoadedScenario {
  Scenario scenario;
  std::vector<Diagnostic> problems;
  std::vector<Diagnostic> warnings;
};

/// Reads the text of a scenario file (schema 1). `file` is the name that diagnostics carry, and the
/// path from which the files and folders that it names are told; whether they are there is looked
/// at.
LoadedScenario load_scenario(std::string file, std::string_view text);

}  // namespace misproxy
