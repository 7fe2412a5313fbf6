#include "runner/live_runner.hpp"

#include <unistd.h>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <thread>

#include "client/fmc_client.hpp"
#include "client/seen_exchanges.hpp"
#include "client/tls_to_proxy.hpp"
#include "core/ensure.hpp"
#include "drivers/curl.hpp"
#include "lab/socket_options.hpp"
#include "live/client_connection.hpp"
#include "live/today.hpp"
#include "tls/pem.hpp"
#include "tls/small_key.hpp"
#include "trace/normal_form.hpp"
#include "virtual/names.hpp"

namespace misproxy {
namespace {

Authority read_authority(const live::StoredAuthority& stored, CivilTime now) {
  auto authority = Authority::read(stored.pem, now);
  ensure(authority.has_value(), "a stored CA that was not checked");
  return std::move(*authority);
}

/// Whom the client asks: by name where the scenario has one.
Endpoint proxy_of(const Network& network, const Endpoint& listening) {
  return {network.proxy_name.empty() ? listening.host : network.proxy_name, listening.port};
}

void take_from(LiveStage& stage, Run& run) {
  run.trace = stage.take_trace();
  run.began = stage.server().began();
  if (run.exchanges.empty()) run.exchanges = seen_exchanges(run.trace);
  auto& result = run.result;
  result.took = stage.took();
  result.trace_digest = trace_digest(run.trace);
  if (stage.interrupted()) result.stopped = kInterrupted;
  if (stage.reached_limit()) result.stopped = "the limit on real time was reached (--max-time)";
}

}  // namespace

LiveRunner::LiveRunner(LiveStage::Where where, const live::StoredAuthority& authority,
                       Duration limit, int interrupt)
    : LiveRunner(where, authority.certificate.string(), read_authority(authority, live::today()),
                 where == LiveStage::Where::lab ? small_key() : key_in(authority.server_key), limit,
                 interrupt) {}

LiveRunner::LiveRunner(LiveStage::Where where, std::uint64_t seed, Duration limit, int interrupt)
    : LiveRunner(where, "", Authority::from_seed(seed, live::today()), small_key(), limit,
                 interrupt) {}

LiveRunner::LiveRunner(LiveStage::Where where, std::string ca_path, Authority authority,
                       Key server_key, Duration limit, int interrupt)
    : where_(where),
      ca_path_(std::move(ca_path)),
      limit_(limit),
      interrupt_(interrupt),
      catalogue_(std::move(authority), std::move(server_key), live::today, KeyLog::kept),
      client_(make_client_context(catalogue_.authority().certificate_pem(), std::nullopt)) {}

LiveRunner::Result LiveRunner::on_its_thread(const std::function<Result()>& make) const {
  if (where_ == LiveStage::Where::loopback) return make();
  Result made;
  std::thread([&] { made = make(); }).join();
  return made;
}

LiveRunner::Result LiveRunner::play(const RunRequest& request) {
  const auto& plan = *request.plan;
  const auto& scenario = plan.scenario();
  LiveStage stage(where_, request, catalogue_, interrupt_);
  if (auto why = stage.listen(); !why.empty()) return why;
  Run run;
  capture_for(request, run, stage);
  const auto listening = stage.server().proxy();
  const auto proxy = proxy_of(scenario.network, listening);
  const auto tls = [this] { return client_; };
  auto made = std::make_unique<FmcClient>(
      FmcClient::Setup{scenario.client, proxy, tls, plan.seed(), "FMC-Agent"});
  auto& fmc = *made;
  std::unique_ptr<ClientSession> party = std::move(made);
  if (scenario.client_speaks_tls()) {
    party = std::make_unique<TlsToProxy>(
        std::move(party), tls, proxy.host,
        [&fmc](std::string why) { fmc.tls_with_proxy_failed(std::move(why)); });
  }
  const boost::asio::ip::tcp::endpoint at(boost::asio::ip::make_address(listening.host),
                                          listening.port);
  const bool asks = where_ == LiveStage::Where::lab &&
                    simulated::Names(scenario).is_asked_for(scenario.network.proxy_name);
  std::shared_ptr<live::ClientConnection> client;
  client = std::make_shared<live::ClientConnection>(
      stage.context(), stage.server(), *party,
      live::ClientConnection::Setup{
          asks ? std::nullopt : std::optional(at), scenario.network.proxy_name,
          [&] { stage.client_done(client->established()); },
          [&](live::Socket& socket, const boost::asio::ip::tcp& protocol) {
            boost::system::error_code told_by_connect;
            stage.at_client([&] { socket.open(protocol, told_by_connect); });
            if (where_ == LiveStage::Where::lab)
              lab::set_socket(socket.native_handle(), scenario.network.tcp_of(Party::client));
          },
          [&](const std::function<void()>& call) { stage.at_client(call); }});
  stage.run([&] { client->begin(); }, [&] { client->stop(); }, limit_);

  run.result = begin_result(request, stage.world(), "fmc");
  run.log = fmc.log();
  run.exchanges = fmc.exchanges();
  run.result.outcome = fmc.outcome();
  take_from(stage, run);
  compare(scenario, run.trace, run.result);
  return run;
}

LiveRunner::Result LiveRunner::play_curl(const RunRequest& request) {
  const auto& scenario = request.plan->scenario();
  const auto version = curl_version();
  if (!version) return "there is no curl in PATH";
  LiveStage stage(where_, request, catalogue_, interrupt_);
  if (auto why = stage.listen(); !why.empty()) return why;
  Run run;
  capture_for(request, run, stage);
  const auto argv = curl_arguments(scenario.client, stage.proxy_url(), ca_path_);
  auto started = stage.start_client(argv, body_of(scenario.client), {});
  if (auto* why = std::get_if<std::string>(&started)) return std::move(*why);
  auto& curl = *std::get<std::unique_ptr<ChildProcess>>(started);

  run.result = begin_result(request, stage.world(), "curl");
  boost::asio::posix::stream_descriptor ended(stage.context(), ::dup(curl.ended_fd()));
  bool read = false;
  const auto read_end = [&] {
    auto end = read_curl(curl.finish());
    read = true;
    run.log = std::move(end.log);
    run.result.outcome = std::move(end.outcome);
    run.result.outcome.time = stage.server().now();
    return end.connections;
  };
  const auto watch = [&] {
    ended.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [&](const boost::system::error_code& error) {
                       if (!error) stage.client_done(read_end());
                     });
  };
  const auto stop = [&] {
    boost::system::error_code ignored;
    ended.close(ignored);
    if (read) return;
    curl.kill();
    read_end();
  };
  stage.run(watch, stop, limit_);
  take_from(stage, run);
  compare_curl(scenario, *version, run.trace, run.result);
  return run;
}

}  // namespace misproxy
