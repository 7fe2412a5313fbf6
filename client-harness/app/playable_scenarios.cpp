#include "app/playable_scenarios.hpp"

#include <fmt/format.h>

#include <utility>

#include "app/say.hpp"
#include "app/scenario_files.hpp"
#include "plan/worlds.hpp"

namespace misproxy::app {

std::variant<std::vector<Scenario>, ExitCode> load_scenarios(
    const std::vector<std::string>& named) {
  const auto found = named.empty() ? FoundScenarios{bundled_files(), {}} : find_scenarios(named);
  if (!found.errors.empty()) return complain_of(found.errors);
  bool bad = false;
  std::vector<Scenario> scenarios;
  for (const auto& file : found.files) {
    auto loaded = load_scenario(file.name, file.text);
    tell(to_text(loaded.problems) + to_text(loaded.warnings));
    bad = bad || !loaded.problems.empty();
    scenarios.push_back(std::move(loaded.scenario));
  }
  if (bad) return ExitCode::bad_input;
  return scenarios;
}

std::optional<std::string> why_not(RunOptions::WorldChoice world, const Scenario& scenario) {
  using World = RunOptions::WorldChoice;
  if (world == World::live) return why_not_live(scenario);
  return world == World::lab ? why_not_lab(scenario) : why_not_virtual(scenario);
}

std::optional<ExitCode> keep_playable(std::vector<Scenario>& scenarios, const WhyNot& why_not,
                                      bool named) {
  std::vector<Scenario> kept;
  for (auto& scenario : scenarios) {
    if (const auto why = why_not(scenario)) {
      if (scenarios.size() == 1) return complain(ExitCode::bad_input, *why);
      if (named) tell(fmt::format("misproxy: left out: {}\n", *why));
    } else {
      kept.push_back(std::move(scenario));
    }
  }
  scenarios = std::move(kept);
  return std::nullopt;
}

}  // namespace misproxy::app
