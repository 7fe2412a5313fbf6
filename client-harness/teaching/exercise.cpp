#include "teaching/exercise.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/endpoint.hpp"
#include "diagnose/diagnose.hpp"
#include "diagnose/lesson.hpp"
#include "diagnose/read_evidence.hpp"
#include "drivers/curl_command.hpp"

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

Played play(const Candidate& candidate, std::uint64_t seed, VirtualRunner& runner) {
  return candidate.lookup != nullptr ? played(*candidate.lookup, seed)
                                     : played(candidate.scenario, seed, runner);
}

/// At the hardest level, all that the diagnosis leaves open is as right as the truth.
std::vector<std::string> left_open(const Exercise& exercise) {
  std::vector<std::string> open{exercise.truth};
  if (exercise.wish.level != kHardest) return open;
  auto allowed = exercise.shown.alternatives;
  allowed.push_back(exercise.shown.id);
  for (const auto id : allowed) {
    if (std::ranges::find(open, id) == open.end()) open.emplace_back(id);
  }
  return open;
}

/// Nothing where it is of another level.
std::optional<Exercise> tried(const Candidate& candidate, const ExerciseWish& wish,
                              VirtualRunner& runner) {
  auto run = play(candidate, wish.seed, runner);
  if (!run.ended) return std::nullopt;
  Exercise made;
  made.truth = *candidate.scenario.expect.verdict;
  auto opinions = opinions_on(run.handout);
  if (level_of(opinions, made.truth) != wish.level) return std::nullopt;
  made.wish = wish;
  made.made_of = candidate;
  made.layer = diagnose::find_lesson(made.truth)->layer;
  made.handout = std::move(run.handout);
  made.phase = run.phase;
  made.shown = std::move(opinions.both);
  made.open = left_open(made);
  return made;
}

std::optional<Exercise> first_of(const Candidates& candidates, const ExerciseWish& wish,
                                 VirtualRunner& runner) {
  for (const auto* candidate : candidates) {
    if (auto made = tried(*candidate, wish, runner)) return made;
  }
  return std::nullopt;
}

/// The appliance's own command, with the password that it has.
std::string command_of(const Scenario& scenario, const std::string& proxy_url) {
  auto client = scenario.client;
  if (!client.proxy_password.empty()) client.proxy_user += ":" + client.proxy_password;
  return curl_command(client, proxy_url, "/etc/sf/ca.pem");
}

}  // namespace

bool Exercise::takes(const std::string& verdict) const {
  return std::ranges::find(open, verdict) != open.end();
}

std::optional<Exercise> make_exercise(const ExerciseWish& wish) {
  VirtualRunner runner{simulated::Limits{}};
  auto fault = first_of(faults_for(wish), wish, runner);
  if (!fault) return std::nullopt;  // that nothing is wrong would be no question
  auto control = first_of(controls_for(wish), wish, runner);
  return control ? std::move(control) : std::move(fault);
}

std::string task_text(const Exercise& exercise) {
  const auto& scenario = exercise.scenario();
  const auto& network = scenario.network;
  auto proxy = *parse_endpoint(network.proxy);
  if (!network.proxy_name.empty()) proxy.host = network.proxy_name;
  const auto url =
      fmt::format("{}://{}", scenario.client_speaks_tls() ? "https" : "http", proxy.text());
  return fmt::format(
      "Exercise of level {}, seed {}: {}.\n"
      "Somebody complains of the appliance {}, which goes through the proxy {}. What it does:\n"
      "  {}\n"
      "What is wrong? Now and then, nothing is.\n",
      exercise.wish.level, exercise.wish.seed, level_words(exercise.wish.level), network.client,
      proxy.text(), command_of(scenario, url));
}

}  // namespace misproxy::teaching
