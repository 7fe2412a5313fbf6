#include "runner/virtual_runner.hpp"

#include <fmt/format.h>

#include "client/fmc_client.hpp"
#include "core/encoding.hpp"
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

/// SHA-256 over both captures, the trace and the log, one behind the other.
std::string digest_of(const Run& run, const std::vector<TraceLine>& trace) {
  Sha256 hash;
  hash.update(run.capture);
  hash.update(run.proxy_capture);
  for (const auto& line : trace)
    hash.update(to_json_line(line) + "\n");
  hash.update(run.log);
  return to_hex(hash.finish());
}

}  // namespace

SeededKeys& VirtualRunner::keys_for(std::uint64_t seed, KeyLog log) {
  const std::pair key{seed, log};
  if (const auto found = kept_keys_.find(key); found != kept_keys_.end()) return found->second;
  if (kept_keys_.size() < kMostKeysKept) {
    return kept_keys_.try_emplace(key, seed, kEpoch, log).first->second;
  }
  return passing_keys_.emplace(seed, kEpoch, log);
}

Run VirtualRunner::run(const RunRequest& request) {
  const auto& plan = *request.plan;
  const auto& scenario = plan.scenario();
  auto& keys = keys_for(plan.seed(), request.capture ? KeyLog::kept : KeyLog::none);
  auto client = std::make_unique<FmcClient>(
      FmcClient::Setup{scenario.client, proxy_of(scenario.network),
                       [&keys] { return keys.client(); }, plan.seed(), "FMC-Agent"});
  const auto& fmc = *client;
  simulated::World world(scenario.about.id, plan, keys, std::move(client), request.capture);
  auto record = world.run(limits_);

  Run run;
  run.log = fmc.log();
  run.exchanges = fmc.exchanges();
  run.events = record.events;
  auto& result = run.result;
  result = begin_result(request, "virtual", "fmc");
  result.outcome = fmc.outcome();
  result.took = record.ended;
  if (record.stopped) result.stopped = why(*record.stopped);
  result.trace_digest = trace_digest(record.trace);
  compare(scenario, record.trace, result);
  if (request.capture) {
    const auto capture_at = [&](const std::vector<simulated::CapturePointId>& points) {
      return capture_of(record, points, plan, kEpoch, request.comments);
    };
    run.capture = capture_at({simulated::CapturePointId::client});
    run.proxy_capture = capture_at({simulated::CapturePointId::proxy});
    if (!request.capture_at.empty()) run.chosen_capture = capture_at(request.capture_at);
    result.bytes_digest = digest_of(run, record.trace);
  }
  run.trace = std::move(record.trace);
  return run;
}

}  // namespace misproxy
