#include "reproduce/replay.hpp"

#include <utility>

#include "diagnose/read_evidence.hpp"
#include "plan/plan.hpp"
#include "plan/worlds.hpp"
#include "scenario/diagnostic.hpp"
#include "scenario/loader.hpp"

namespace misproxy::reproduce {
namespace {

constexpr auto kMostTime = std::chrono::hours{6};  // of the virtual world

diagnose::Observations shown_by(const Run& run, Form form) {
  std::vector<diagnose::Exhibit> exhibits;
  if (form.capture) exhibits.push_back({"client.pcapng", run.capture});
  if (form.inside && !run.log.empty()) exhibits.push_back({"client.log", run.log});
  auto read = diagnose::read_evidence(exhibits);
  if (auto* seen = std::get_if<diagnose::Observations>(&read)) return std::move(*seen);
  return {};
}

Named named_of(const diagnose::Verdict& incident) {
  return {std::string(incident.id),
          std::string(word(incident.confidence)),
          {incident.alternatives.begin(), incident.alternatives.end()},
          incident.headline,
          incident.outcome() == diagnose::Outcome::works,
          false};
}

}  // namespace

Replay::Replay(Form form, std::uint64_t events)
    : form_(form), runner_({kMostTime, kMostEventsOfOne}), most_(events) {}

std::optional<Played> Replay::play(const std::string& scenario) {
  auto loaded = load_scenario("reproduced.toml", scenario);
  if (!loaded.problems.empty()) {
    why_ = to_text(loaded.problems);
    return std::nullopt;
  }
  if (auto why = why_not_virtual(loaded.scenario)) {
    why_ = *std::move(why);
    return std::nullopt;
  }
  const Plan plan(std::move(loaded.scenario), Plan::kDefaultSeed);
  auto run = runner_.run({&plan, std::nullopt, true});
  spent_ += run.events;
  longest_ = std::max(longest_, run.events);
  if (run.result.stopped) {
    why_ = *run.result.stopped;
    return std::nullopt;
  }
  const auto all = diagnose::diagnose(shown_by(run, {true, true}));
  return Played{std::move(run.result), named_of(all.incident), Seen(shown_by(run, form_))};
}

}  // namespace misproxy::reproduce
