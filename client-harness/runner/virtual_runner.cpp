#include "runner/virtual_runner.hpp"

#include <fmt/format.h>

#include "client/fmc_client.hpp"
#include "core/sha256.hpp"
#include "runner/capture_of.hpp"
#include "trace/json_line.hpp"
#include "trace/normal_form.hpp"
#include "virtual/world.hpp"

namespace misproxy {
namespace {

std::string_view why(simulated::Stopped stopped) {
  switch (stopped) {
    case simulated::Stopped::time:
      return "the limit on virtual time was reached (--max-time)";
    case simulated::Stopped::events:
      return "the limit on events was reached (--max-events)";
    case simulated::Stopped::nothing_left:
      return "nothing more can happen: the client waits without a limit, and nobody will answer";
  }
  return "";
}

/// Whom the client asks: by name where the scenario has one.
Endpoint proxy_of(const Network& network) {
  auto proxy = *parse_endpoint(network.proxy);
  if (!network.proxy_name.empty()) proxy.host = network.proxy_name;
  return proxy;
}

}  // namespace

struct VirtualRunner::Keys {
  Keys(std::uint64_t of_seed, bool kept)
      : seed(of_seed),
        capture(kept),
        catalogue(Authority::from_seed(of_seed, kEpoch), kEpoch,
                  kept ? KeyLog::kept : KeyLog::none),
        client(
            make_client_context(Authority::from_seed(of_seed, kEpoch).certificate_pem(), kEpoch)) {}

  std::uint64_t seed;
  bool capture;
  Catalogue catalogue;
  ClientContext client;
};

VirtualRunner::Keys& VirtualRunner::keys_for(std::uint64_t seed, bool capture) {
  if (!keys_ || keys_->seed != seed || keys_->capture != capture) {
    keys_ = std::make_shared<Keys>(seed, capture);
  }
  return *keys_;
}

Run VirtualRunner::run(const RunRequest& request) {
  const auto& plan = *request.plan;
  const auto& scenario = plan.scenario();
  auto& keys = keys_for(plan.seed(), request.capture);
  auto client = std::make_unique<FmcClient>(FmcClient::Setup{
      scenario.client, proxy_of(scenario.network), keys.client, plan.seed(), "FMC-Agent"});
  const auto& fmc = *client;
  simulated::World world(scenario.about.id, plan, keys.catalogue, std::move(client),
                         request.capture);
  auto record = world.run(limits_);

  Run run;
  run.log = fmc.log();
  run.exchanges = fmc.exchanges();
  auto& result = run.result;
  result = begin_result(request, "virtual", "fmc");
  result.outcome = fmc.outcome();
  result.took = record.ended;
  if (record.stopped) result.stopped = why(*record.stopped);
  result.trace_digest = trace_digest(record.trace);
  compare(scenario, record.trace, result);
  if (request.capture) {
    run.capture = capture_of(record, {simulated::CapturePointId::client}, plan, kEpoch);
    run.proxy_capture = capture_of(record, {simulated::CapturePointId::proxy}, plan, kEpoch);
    if (!request.capture_at.empty())
      run.chosen_capture = capture_of(record, request.capture_at, plan, kEpoch);
    result.bytes_digest =
        sha256_hex(run.capture + run.proxy_capture + to_json_lines(record.trace) + run.log);
  }
  run.trace = std::move(record.trace);
  return run;
}

}  // namespace misproxy
