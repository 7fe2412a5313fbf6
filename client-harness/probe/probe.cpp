#include "probe/probe.hpp"

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <memory>

#include "core/draw.hpp"
#include "core/ensure.hpp"
#include "evidence/redact.hpp"
#include "live/client_connection.hpp"
#include "live/threads.hpp"
#include "live/today.hpp"
#include "tls/client_tls.hpp"

namespace misproxy::probe {
namespace {

/// A client's world without a scenario: it needs a clock and no more.
class NoScenario final : public live::Host {
 public:
  explicit NoScenario(const live::Threads& threads) : threads_(threads) {}

  Instant now() const override { return threads_.now(); }
  void record(TraceLine&&) override {}
  std::int64_t count_attempt(const std::string&) override { return 1; }
  std::unique_ptr<Session> origin_session(const Open&, ConnectionFacts) override {
    ensure(false, "a client asked for an origin");
    return nullptr;
  }
  void connection_over(std::int64_t) override {}

 private:
  const live::Threads& threads_;
};

ClientSettings settings_of(const ProbeRequest& request) {
  ClientSettings settings;
  settings.url = request.url;
  settings.method = ClientSettings::Method::get;
  settings.max_time_ms = request.timeout;
  settings.attempts = 1;
  settings.max_redirects = 0;
  if (request.user.empty()) return settings;
  settings.proxy_user = request.user;
  settings.proxy_password = request.password;
  settings.proxy_auth = ClientSettings::Auth::any;
  return settings;
}

ClientContext context_of(const ProbeRequest& request) {
  auto context = make_client_context(request.ca_pem.value_or(""), std::nullopt);
  if (!request.ca_pem) trust_system(context);
  return context;
}

/// A cnonce has to be new in every attempt (RFC 7616 section 5.12); the time is enough of that.
std::uint64_t fresh_seed() {
  return static_cast<std::uint64_t>(live::today().time_since_epoch().count());
}

}  // namespace

ProbeResult run_probe(const ProbeRequest& request, const ProbeSession::OnStep& on_step) {
  live::Threads threads(1);
  NoScenario host(threads);
  ProbeResult result;
  ProbeSession session({settings_of(request), request.proxy,
                        [&request] { return context_of(request); }, fresh_seed(), "FMC-Agent"},
                       [&](const ProbeStep& step) {
                         result.steps.push_back(step);
                         on_step(step);
                       });
  std::shared_ptr<live::ClientConnection> client;
  boost::asio::signal_set signals(threads.first(), SIGINT, SIGTERM);
  const auto end = [&] {
    boost::system::error_code ignored;
    signals.clear(ignored);  // a second one finds the default action again
    signals.cancel(ignored);
    client->stop();
    threads.release();
  };
  client = std::make_shared<live::ClientConnection>(
      threads.first(), host, session, live::ClientConnection::Setup{std::nullopt, "", end});
  signals.async_wait([&](const boost::system::error_code& cancelled, int) {
    if (cancelled) return;
    result.interrupted = true;
    session.interrupted(host.now());
    end();
  });
  client->begin();
  threads.run();
  result.outcome = session.client().outcome();
  result.log = evidence::redacted_log(session.log());
  if (result.interrupted) result.log += "^C\n";
  return result;
}

}  // namespace misproxy::probe
