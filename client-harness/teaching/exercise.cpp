#include "teaching/exercise.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/draw.hpp"
#include "diagnose/diagnose.hpp"
#include "diagnose/lesson.hpp"
#include "diagnose/read_evidence.hpp"
#include "drivers/curl_command.hpp"
#include "evidence/redact.hpp"
#include "plan/plan.hpp"
#include "plan/worlds.hpp"
#include "runner/virtual_runner.hpp"
#include "scenario/bundled.hpp"
#include "scenario/loader.hpp"
#include "teaching/plain_capture.hpp"

namespace misproxy::teaching {
namespace {

diagnose::Verdict opinion(const std::vector<diagnose::Exhibit>& exhibits) {
  auto read = diagnose::read_evidence(exhibits);
  auto* seen = std::get_if<diagnose::Observations>(&read);
  if (seen == nullptr) return {};
  return diagnose::diagnose(std::move(*seen)).incident;
}

Opinions opinions_on(const Handout& handout) {
  const diagnose::Exhibit capture{std::string(Handout::kCapture), handout.capture};
  const diagnose::Exhibit log{std::string(Handout::kLog), handout.log};
  return {opinion({log}), opinion({capture}), opinion({capture, log})};
}

/// Faults only: what works is no exercise. A real client has to be able to meet it, too.
bool is_fit(const Scenario& scenario) {
  const auto& truth = scenario.expect.verdict;
  if (!truth || why_not_virtual(scenario) || why_not_lab(scenario)) return false;
  const auto* lesson = diagnose::find_lesson(*truth);
  return lesson != nullptr && lesson->layer != diagnose::Layer::none;
}

const std::vector<Scenario>& fit_ones() {
  static const auto fit = [] {
    std::vector<Scenario> all;
    for (const auto& file : bundled_scenarios()) {
      auto scenario = load_scenario(std::string(file.id()), file.text).scenario;
      if (is_fit(scenario)) all.push_back(std::move(scenario));
    }
    return all;
  }();
  return fit;
}

/// In the order in which the seed draws them.
std::vector<const Scenario*> drawn(const ExerciseWish& wish) {
  std::vector<std::pair<std::uint64_t, const Scenario*>> all;
  for (const auto& each : fit_ones()) {
    if (wish.layer && diagnose::find_lesson(*each.expect.verdict)->layer != *wish.layer) continue;
    all.emplace_back(draw(wish.seed, "exercise", each.about.id, 0), &each);
  }
  std::ranges::sort(all, {}, [](const auto& each) { return each.first; });
  std::vector<const Scenario*> ordered;
  ordered.reserve(all.size());
  for (const auto& [place, scenario] : all)
    ordered.push_back(scenario);
  return ordered;
}

Run run_of(const Plan& plan, VirtualRunner& runner) {
  RunRequest request{&plan, std::nullopt, true};
  request.comments = false;
  return runner.run(request);
}

Handout handout_of(const Run& run) {
  return {without_secrets(run.capture), evidence::redacted_log(run.log)};
}

/// Nothing where it is of another level.
std::optional<Exercise> tried(Scenario scenario, const ExerciseWish& wish, VirtualRunner& runner) {
  const Plan plan(std::move(scenario), wish.seed);
  const auto run = run_of(plan, runner);
  if (run.result.stopped) return std::nullopt;
  Exercise made;
  made.wish = wish;
  made.scenario = plan.scenario();
  made.truth = *made.scenario.expect.verdict;
  made.layer = diagnose::find_lesson(made.truth)->layer;
  made.handout = handout_of(run);
  made.phase = run.result.outcome.phase;
  auto opinions = opinions_on(made.handout);
  if (level_of(opinions, made.truth) != wish.level) return std::nullopt;
  made.open = {made.truth};
  if (wish.level == kHardest) {
    auto allowed = opinions.both.alternatives;
    allowed.push_back(opinions.both.id);
    for (const auto id : allowed) {
      if (!made.takes(std::string(id))) made.open.emplace_back(id);
    }
  }
  made.shown = std::move(opinions.both);
  return made;
}

}  // namespace

Handout handout_of(const Scenario& scenario, std::uint64_t seed) {
  VirtualRunner runner{simulated::Limits{}};
  return handout_of(run_of(Plan(scenario, seed), runner));
}

bool Exercise::takes(const std::string& verdict) const {
  return std::ranges::find(open, verdict) != open.end();
}

std::optional<Exercise> make_exercise(const ExerciseWish& wish) {
  VirtualRunner runner{simulated::Limits{}};
  for (const auto* scenario : drawn(wish)) {
    if (auto made = tried(*scenario, wish, runner)) return made;
  }
  return std::nullopt;
}

std::string task_text(const Exercise& exercise) {
  const auto& scenario = exercise.scenario;
  const auto& network = scenario.network;
  const auto proxy = network.proxy_name.empty() ? network.proxy : network.proxy_name + ":80";
  const auto url = fmt::format("{}://{}", scenario.client_speaks_tls() ? "https" : "http", proxy);
  return fmt::format(
      "Exercise of level {}, seed {}: {}.\n"
      "The appliance {} goes through the proxy {}, and does not get what it wants. What it does:\n"
      "  {}\n"
      "Why does it fail?\n",
      exercise.wish.level, exercise.wish.seed, level_words(exercise.wish.level), network.client,
      proxy, curl_command(scenario.client, url, "/etc/sf/ca.pem"));
}

}  // namespace misproxy::teaching
