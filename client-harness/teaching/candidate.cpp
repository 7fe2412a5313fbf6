#include "teaching/candidate.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/draw.hpp"
#include "diagnose/lesson.hpp"
#include "plan/worlds.hpp"
#include "scenario/bundled.hpp"
#include "scenario/loader.hpp"

namespace misproxy::teaching {
namespace {

using diagnose::Layer;

constexpr std::uint64_t kOneIn = 8;  // exercises in which nothing is wrong
constexpr int kHardestControl = 2;
constexpr std::string_view kHealthy = "healthy";

/// Their scenarios work for good. Elsewhere `healthy` may be what no evidence at the client's end
/// can tell from it: a wrong byte, a login page.
constexpr std::array<std::string_view, 4> kFoldersThatWork{"success", "auth", "fmc", "path"};

bool works_for_good(const BundledScenario& file) {
  const auto folder = file.path.substr(file.path.find('/') + 1);
  return std::ranges::find(kFoldersThatWork, folder.substr(0, folder.find('/'))) !=
         kFoldersThatWork.end();
}

Layer layer_of(const Candidate& candidate) {
  return diagnose::find_lesson(*candidate.scenario.expect.verdict)->layer;
}

bool is_control(const Candidate& candidate) {
  return candidate.scenario.expect.verdict == kHealthy;
}

/// A real client has to be able to meet it, too.
bool is_fit(const BundledScenario& file, const Scenario& scenario) {
  const auto& truth = scenario.expect.verdict;
  if (!truth || why_not_virtual(scenario) || why_not_lab(scenario)) return false;
  if (truth == kHealthy) return works_for_good(file);
  const auto* lesson = diagnose::find_lesson(*truth);
  return lesson != nullptr && lesson->layer != Layer::none;
}

std::vector<Candidate> fit_scenarios() {
  std::vector<Candidate> all;
  for (const auto& file : bundled_scenarios()) {
    auto scenario = load_scenario(std::string(file.id()), file.text).scenario;
    if (is_fit(file, scenario)) all.push_back({std::move(scenario)});
  }
  return all;
}

std::vector<Candidate> lookups() {
  std::vector<Candidate> all;
  for (const auto& lookup : lookup_cases())
    all.push_back({scenario_of(lookup), &lookup});
  return all;
}

const std::vector<Candidate>& candidates_in(std::optional<Layer> layer) {
  static const auto scenarios = fit_scenarios();
  static const auto of_dns = lookups();
  return layer == Layer::dns ? of_dns : scenarios;
}

bool draws_control(const ExerciseWish& wish) {
  return wish.level <= kHardestControl &&
         draw(wish.seed, "control", "", static_cast<std::uint64_t>(wish.level)) % kOneIn == 0;
}

template <class Fits>
Candidates drawn(const ExerciseWish& wish, const Fits& fits) {
  std::vector<std::pair<std::uint64_t, const Candidate*>> all;
  for (const auto& each : candidates_in(wish.layer)) {
    if (fits(each)) all.emplace_back(draw(wish.seed, "exercise", each.scenario.about.id, 0), &each);
  }
  std::ranges::sort(all, {}, [](const auto& each) { return each.first; });
  Candidates ordered;
  ordered.reserve(all.size());
  for (const auto& [place, candidate] : all)
    ordered.push_back(candidate);
  return ordered;
}

}  // namespace

Candidates faults_for(const ExerciseWish& wish) {
  return drawn(wish, [&](const Candidate& each) {
    return !is_control(each) && (!wish.layer || layer_of(each) == *wish.layer);
  });
}

Candidates controls_for(const ExerciseWish& wish) {
  return draws_control(wish) ? drawn(wish, is_control) : Candidates{};
}

}  // namespace misproxy::teaching
