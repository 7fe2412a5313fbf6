#include "teaching/handout.hpp"

#include <memory>

#include "client/fmc_client.hpp"
#include "core/endpoint.hpp"
#include "evidence/redact.hpp"
#include "live/disk_files.hpp"
#include "plan/plan.hpp"
#include "runner/capture_stream.hpp"
#include "teaching/plain_capture.hpp"
#include "tls/seeded_keys.hpp"
#include "virtual/router.hpp"
#include "virtual/world.hpp"

namespace misproxy::teaching {
namespace {

Handout handout_of(const std::string& capture, const std::string& log) {
  return {without_secrets(capture), evidence::redacted_log(log)};
}

/// A capture knows its hosts' names; this one may not know what the name server does not.
Plan plan_of_head(Scenario scenario, std::uint64_t seed) {
  scenario.network.proxy_name.clear();
  return {std::move(scenario), seed};
}

AskingClient::Setup setup_of(const Scenario& scenario, std::uint64_t seed, Told told) {
  const auto client = *parse_ip(scenario.network.client);
  return {client, simulated::router_address(client), parse_endpoint(scenario.network.proxy)->host,
          seed, told};
}

}  // namespace

Played played(const Scenario& scenario, std::uint64_t seed, VirtualRunner& runner) {
  const Plan plan(scenario, seed);
  RunRequest request{&plan, std::nullopt, true};
  request.comments = false;
  const auto run = runner.run(request);
  return {handout_of(run.capture, run.log), run.result.outcome.phase, !run.result.stopped};
}

Played played(const LookupCase& lookup, std::uint64_t seed) {
  const Plan plan(scenario_of(lookup), seed);
  const auto& scenario = plan.scenario();
  const auto head = plan_of_head(scenario, seed);
  std::string capture;
  CaptureStream stream("virtual", head, VirtualRunner::kEpoch, false);
  stream.add({simulated::CapturePointId::client},
             [&](std::string_view blocks) { capture += blocks; });
  SeededKeys keys(seed, VirtualRunner::kEpoch, KeyLog::none);
  const auto port = parse_endpoint(scenario.network.proxy)->port;
  auto client = std::make_unique<FmcClient>(FmcClient::Setup{scenario.client,
                                                             {scenario.network.proxy_name, port},
                                                             [&keys] { return keys.client(); },
                                                             seed,
                                                             "FMC-Agent"});
  const auto& fmc = *client;
  live::DiskFiles files;
  simulated::World world(scenario.about.id, plan, keys,
                         std::make_unique<AskingClient>(
                             std::move(client), setup_of(scenario, seed, lookup.told), stream),
                         files, &stream);
  const auto record = world.run({});
  stream.end(record.ended);
  return {handout_of(capture, fmc.log()), fmc.outcome().phase, !record.stopped};
}

}  // namespace misproxy::teaching
