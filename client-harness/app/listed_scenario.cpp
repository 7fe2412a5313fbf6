#include "app/listed_scenario.hpp"

#include <algorithm>
#include <sstream>

#include "core/ascii.hpp"
#include "plan/worlds.hpp"

namespace misproxy::app {
namespace {

bool holds_all(const ListedScenario& listed, const std::string& words) {
  const auto& about = listed.scenario.about;
  const auto& verdict = listed.scenario.expect.verdict;
  std::istringstream stream(words);
  for (std::string word; stream >> word;) {
    const auto held = [&](std::string_view text) { return holds_in_any_case(text, word); };
    if (!held(about.id) && !held(about.title) && !held(about.teaches) && !held(about.article) &&
        !held(listed.file.layer) && !held(verdict.value_or("")))
      return false;
  }
  return true;
}

std::vector<ListedScenario> bundled() {
  std::vector<ListedScenario> all;
  for (auto& file : bundled_files()) {
    auto loaded = load_scenario(file.name, file.text);
    all.push_back({std::move(file), std::move(loaded.scenario)});
  }
  return all;
}

/// One that fails in every attempt, asks once, and is of no product, shows a verdict best.
std::vector<ListedScenario> plainest_first(std::vector<ListedScenario> all) {
  std::stable_partition(all.begin(), all.end(), [](const ListedScenario& each) {
    const bool follows = each.scenario.client.follow.value_or(false);
    return !follows && each.file.layer != "flaky" && each.file.layer != "fmc";
  });
  return all;
}

}  // namespace

bool ListFilter::takes(const ListedScenario& listed) const {
  if (verdict && listed.scenario.expect.verdict != verdict) return false;
  if (layer && listed.file.layer != *layer) return false;
  const bool live = world == RunOptions::WorldChoice::live;
  if (world && (live ? why_not_live : why_not_virtual)(listed.scenario)) return false;
  return holds_all(listed, search);
}

std::vector<diagnose::Example> examples_of(std::string_view verdict) {
  static const auto all = plainest_first(bundled());
  std::vector<diagnose::Example> examples;
  for (const auto& [file, scenario] : all) {
    if (scenario.expect.verdict == verdict)
      examples.push_back({scenario.about.id, scenario.about.title});
  }
  return examples;
}

}  // namespace misproxy::app
