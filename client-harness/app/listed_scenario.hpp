#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/run_options.hpp"
#include "app/scenario_files.hpp"
#include "diagnose/diagnosis_text.hpp"
#include "scenario/scenario.hpp"

namespace misproxy::app {

/// A scenario and where it came from.
struct ListedScenario {
  ScenarioFile file;
  Scenario scenario;
};

/// Which scenarios `list` shows; what is absent holds for all. `layer`: the folder's name;
/// `world`: one that can play it; `search`: words with spaces between, each of which stands
/// somewhere in its id, title, lesson, layer, verdict or article, in any case.
struct ListFilter {
  std::optional<std::string> verdict;
  std::optional<std::string> layer;
  std::optional<RunOptions::WorldChoice> world;
  std::string search;

  bool takes(const ListedScenario& listed) const;
};

/// Those that come with misproxy and expect this verdict.
std::vector<diagnose::Example> examples_of(std::string_view verdict);

}  // namespace misproxy::app
