#include "runner/virtual_runner.hpp"

#include <fmt/format.h>

#include "client/fmc_client.hpp"
#include "client/tls_to_proxy.hpp"
#include "live/disk_files.hpp"
#include "runner/capture_stream.hpp"
#include "runner/run_digest.hpp"
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
    case simulated::Stopped::interrupted:
      return kInterrupted;
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

/// The captures of one run, and their digest.
class Captures {
 public:
  Captures(const RunRequest& request, CaptureSinks sinks, CivilTime epoch)
      : sinks_(std::move(sinks)), stream_("virtual", *request.plan, epoch, request.comments) {
    stream_.add({simulated::CapturePointId::client}, [this](std::string_view blocks) {
      digest_.client(blocks);
      if (sinks_.client) sinks_.client(blocks);
    });
    stream_.add({simulated::CapturePointId::proxy}, [this](std::string_view blocks) {
      digest_.proxy(blocks);
      if (sinks_.proxy) sinks_.proxy(blocks);
    });
    if (!request.capture_at.empty() && sinks_.chosen)
      stream_.add(request.capture_at, sinks_.chosen);
  }
  Captures(const Captures&) = delete;
  Captures& operator=(const Captures&) = delete;

  simulated::Taps* taps() { return &stream_; }
  void end(Instant at) { stream_.end(at); }
  RunDigest& digest() { return digest_; }

 private:
  CaptureSinks sinks_;
  RunDigest digest_;
  CaptureStream stream_;
};

}  // namespace

SeededKeys& VirtualRunner::keys_for(std::uint64_t seed, KeyLog log) {
  const std::pair key{seed, log};
  if (const auto found = kept_keys_.find(key); found != kept_keys_.end()) return found->second;
  if (kept_keys_.size() < kMostKeysKept) {
    return kept_keys_.try_emplace(key, seed, kEpoch, log).first->second;
  }
  return passing_keys_.emplace(seed, kEpoch, log, &spare_contexts_[log]);
}

Run VirtualRunner::run(const RunRequest& request) {
  const auto& plan = *request.plan;
  const auto& scenario = plan.scenario();
  auto& keys = keys_for(plan.seed(), request.capture ? KeyLog::kept : KeyLog::none);
  auto client = std::make_unique<FmcClient>(
      FmcClient::Setup{scenario.client, proxy_of(scenario.network),
                       [&keys] { return keys.client(); }, plan.seed(), "FMC-Agent"});
  auto& fmc = *client;
  Run run;
  std::optional<Captures> captures;
  if (request.capture)
    captures.emplace(request, request.sinks != nullptr ? *request.sinks : kept_in(run), kEpoch);
  live::DiskFiles files;
  std::unique_ptr<ClientSession> party = std::move(client);
  if (scenario.client_speaks_tls()) {
    party = std::make_unique<TlsToProxy>(
        std::move(party), [&keys] { return keys.client(); }, proxy_of(scenario.network).host,
        [&fmc](std::string why) { fmc.tls_with_proxy_failed(std::move(why)); });
  }
  simulated::World world(scenario.about.id, plan, keys, std::move(party), files,
                         captures ? captures->taps() : nullptr);
  auto record = world.run(limits_);
  if (captures) captures->end(record.ended);

  run.log = fmc.log();
  run.began = kEpoch;
  run.exchanges = fmc.exchanges();
  run.events = record.events;
  auto& result = run.result;
  result = begin_result(request, "virtual", "fmc");
  result.outcome = fmc.outcome();
  result.took = record.ended;
  if (record.stopped) result.stopped = why(*record.stopped);
  result.trace_digest = trace_digest(record.trace);
  compare(scenario, record.trace, result);
  if (captures) result.bytes_digest = captures->digest().finish(record.trace, run.log);
  run.trace = std::move(record.trace);
  return run;
}

}  // namespace misproxy
