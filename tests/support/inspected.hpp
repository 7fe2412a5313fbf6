#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "proxy/inspector.hpp"
#include "support/moment.hpp"
#include "support/plans.hpp"
#include "tls/catalogue.hpp"
#include "tls/client_tls.hpp"
#include "tls/server_tls.hpp"

namespace misproxy::test {

/// A proxy that opens its origin at once, and passes all on.
class Pipe final : public Session {
 public:
  explicit Pipe(Cast cast) : cast_(cast) {}

  void step(const Event& event, Instant, ActionList& actions) override {
    if (std::holds_alternative<Begin>(event))
      actions.emplace_back(Open{Party::origin, {"a.test", 443}, cast_});
    if (const auto* bytes = std::get_if<Received>(&event))
      actions.emplace_back(Send{other(bytes->peer), std::string(bytes->bytes)});
    if (const auto* closed = std::get_if<Closed>(&event))
      actions.emplace_back(Hangup{other(closed->peer), closed->how});
  }

 private:
  static Party other(Party peer) { return peer == Party::client ? Party::origin : Party::client; }
  Cast cast_;
};

/// A client and an origin that speak TLS, an inspector of a plan between, and a clock that goes
/// from timer to timer.
struct Inspected {
  explicit Inspected(std::optional<CertificateKind> shown,
                     CertificateKind of_origin = CertificateKind::good)
      : Inspected(plan_with(""), shown, of_origin) {}

  explicit Inspected(Plan of, std::optional<CertificateKind> shown = CertificateKind::good,
                     CertificateKind of_origin = CertificateKind::good)
      : plan(std::move(of)),
        catalogue(Authority::from_seed(1, kNow), kNow),
        trust(make_client_context(catalogue.authority().certificate_pem(), kNow)),
        inspector(std::make_unique<Pipe>(Cast{{}, shown}),
                  {[this](const std::string& host, CertificateKind kind) {
                     hosts.push_back(host);
                     return catalogue.context_for(
                         host, ServerSettings{.keys = KeyLog::kept, .certificate = kind});
                   },
                   [this] { return trust; }},
                  plan, counts, ConnectionFacts{1, {}, 1}, kNow),
        client(trust, "a.test"),
        origin(catalogue.context_for("a.test", ServerSettings{.certificate = of_origin})) {
    give(Begin{});
  }

  void give(const Event& event) {
    ActionList actions;
    inspector.step(event, now, actions);
    for (const auto& action : actions) {
      if (const auto* send = std::get_if<Send>(&action))
        (send->peer == Party::client ? to_client : to_origin) += send->bytes;
      if (const auto* note = std::get_if<Note>(&action)) {
        notes.emplace_back(note->name);
        if (note->cause == Cause::injected) injected.push_back(*note);
      }
      if (const auto* timer = std::get_if<StartTimer>(&action))
        timers[timer->timer] = now + timer->after;
      if (const auto* timer = std::get_if<StopTimer>(&action)) timers.erase(timer->timer);
      if (const auto* pause = std::get_if<Pause>(&action)) paused.insert(pause->peer);
      if (const auto* resume = std::get_if<Resume>(&action)) paused.erase(resume->peer);
      if (const auto* open = std::get_if<Open>(&action)) opened.push_back(*open);
      if (const auto* hangup = std::get_if<Hangup>(&action)) hangups.push_back(*hangup);
    }
  }

  void give_in_pieces(Party from, const std::string& bytes) {
    for (std::size_t at = 0; at < bytes.size(); at += piece)
      give(Received{from, std::string_view(bytes).substr(at, piece)});
  }

  /// Until nobody has anything to say.
  void pump() {
    for (bool more = true; more;) {
      const auto from_client = client.take_output();
      give_in_pieces(Party::client, from_client);
      client_heard += client.receive(std::exchange(to_client, {}));
      if (drains) give(Drained{Party::client});
      origin_heard += origin.receive(std::exchange(to_origin, {}));
      const auto from_origin = origin.take_output();
      give_in_pieces(Party::origin, from_origin);
      client_heard += client.receive(std::exchange(to_client, {}));
      more = !from_client.empty() || !from_origin.empty();
    }
  }

  /// Until no timer is left, and nobody has anything to say.
  void run() {
    pump();
    while (!timers.empty() && hangups.empty()) {
      const auto next =
          std::ranges::min_element(timers, {}, [](const auto& each) { return each.second; });
      const auto timer = next->first;
      now = std::max(now, next->second);
      timers.erase(next);
      give(Fired{timer});
      pump();
    }
  }

  Plan plan;
  FaultCounts counts;
  Catalogue catalogue;
  ClientContext trust;
  std::vector<std::string> hosts;
  Inspector inspector;
  ClientTls client;
  ServerTls origin;
  std::size_t piece = 1 << 20;
  bool drains = true;
  std::string to_client;
  std::string to_origin;
  std::string client_heard;
  std::string origin_heard;
  std::vector<std::string> notes;
  std::vector<Open> opened;
  std::vector<Hangup> hangups;
  std::vector<Note> injected;
  std::map<Timer, Instant> timers;
  std::set<Party> paused;
  Instant now{};
};

}  // namespace misproxy::test
