#include "runner/diagnose_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/diagnose.hpp"
#include "drivers/tshark.hpp"

namespace misproxy {

namespace {

Named named_from(std::variant<diagnose::Observations, diagnose::Unusable> read, bool sealed) {
  if (const auto* why = std::get_if<diagnose::Unusable>(&read))
    return {"not-enough-evidence", "ambiguous", {}, why->sentence, false};
  const auto incident =
      diagnose::diagnose(std::get<diagnose::Observations>(std::move(read))).incident;
  return {std::string(incident.id),
          std::string(word(incident.confidence)),
          {incident.alternatives.begin(), incident.alternatives.end()},
          incident.headline,
          incident.outcome() == diagnose::Outcome::works,
          sealed};
}

}  // namespace

RunDiagnosis::RunDiagnosis(Evidence evidence) : evidence_(evidence) {
  if (evidence != Evidence::log) capture_.emplace("client.pcapng", evidence == Evidence::capture);
}

std::vector<diagnose::Exhibit> RunDiagnosis::exhibits_of(const Run& run) {
  std::vector<diagnose::Exhibit> exhibits;
  const bool stopped = run.result.stopped.has_value();
  if (capture_) exhibits.push_back({"client.pcapng", std::nullopt, &*capture_, stopped});
  if (evidence_ != Evidence::capture && !run.log.empty())
    exhibits.push_back({"client.log", run.log, nullptr, stopped});
  return exhibits;
}

void RunDiagnosis::judge(Run& run) {
  run.result.named =
      named_from(diagnose::read_evidence(exhibits_of(run)), evidence_ != Evidence::both);
}

Named diagnose_capture(const std::string& path) {
  const std::vector<diagnose::Exhibit> file{{path, std::nullopt}};
  auto named = named_from(diagnose::read_evidence(file), false);
  if (named.confidence == word(diagnose::Confidence::certain)) return named;
  return named_from(diagnose::read_evidence(file, decrypt), false);
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
