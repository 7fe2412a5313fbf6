#include "runner/diagnose_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/diagnose.hpp"
#include "diagnose/read_evidence.hpp"

namespace misproxy {
namespace {

constexpr std::string_view kUndecided = "not-enough-evidence";

std::vector<diagnose::Exhibit> exhibits_of(Evidence evidence, const Run& run) {
  std::vector<diagnose::Exhibit> exhibits;
  const auto& capture = run.capture.empty() ? run.proxy_capture : run.capture;
  if (evidence != Evidence::log && !capture.empty()) exhibits.push_back({"client.pcapng", capture});
  if (evidence != Evidence::capture && !run.log.empty())
    exhibits.push_back({"client.log", run.log});
  return exhibits;
}

}  // namespace

void diagnose_run(Evidence evidence, Run& run) {
  auto read = diagnose::read_evidence(exhibits_of(evidence, run));
  auto& named = run.result.named;
  if (const auto* why = std::get_if<diagnose::Unusable>(&read)) {
    named = Named{std::string(kUndecided), "ambiguous", {}, why->sentence, false};
    return;
  }
  const auto incident =
      diagnose::diagnose(std::get<diagnose::Observations>(std::move(read))).incident;
  named = Named{std::string(incident.id),
                std::string(word(incident.confidence)),
                {incident.alternatives.begin(), incident.alternatives.end()},
                incident.headline,
                incident.healthy() && incident.id != kUndecided};
}

void compare_verdict(const Scenario& scenario, RunResult& result) {
  const auto& wanted = scenario.expect.verdict;
  if (!wanted || !result.named) return;
  result.injected = *wanted;
  result.compared = true;
  const auto& named = *result.named;
  if (named.names(*wanted)) return;
  result.mismatches.push_back(fmt::format("verdict: expected {}, named {} ({}): {}", *wanted,
                                          named.id, named.confidence, named.headline));
}

}  // namespace misproxy
