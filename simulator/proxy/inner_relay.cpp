#include "proxy/inner_relay.hpp"

#include <utility>
#include <variant>

#include "origin/origin_session.hpp"

namespace misproxy {

InnerRelay::InnerRelay(const Plan& plan, FaultCounts& counts, ConnectionFacts facts,
                       CivilTime began, const ServerContext& shown, CertificateKind kind) {
  const bool inspects = shown != nullptr;
  const auto make = [this, &plan, began, inspects](ConnectionFacts& of_connection,
                                                   const Wrapping& tls) {
    const auto name = tls.server_name();
    if (inspects) {
      actions_.emplace_back(Note(Point::tunnel, Party::client, Cause::peer, "inspected")
                                .with("server_name", name.empty() ? of_connection.host : name));
    }
    return std::make_unique<RelayedDialogue>(plan, of_connection, began, far_);
  };
  session_ = std::make_unique<OriginSession>(plan, counts, std::move(facts),
                                             make_wrapping(shown, kind), make);
}

void InnerRelay::step(const Event& event, Instant now) {
  ActionList actions;
  session_->step(event, now, actions);
  for (auto& action : actions)
    perform(std::move(action));
  balance();
}

void InnerRelay::hear(std::string_view plaintext, Instant now) {
  far_.heard += plaintext;
  step(Received{Party::origin, {}}, now);
}

void InnerRelay::far_ended(End how, Instant now) {
  if (far_.ended) return;
  far_.ended = how;
  step(Closed{Party::origin, how.how}, now);
}

void InnerRelay::perform(Action action) {
  if (auto* send = std::get_if<Send>(&action)) {
    for_client_ += send->bytes;
  } else if (const auto* hangup = std::get_if<Hangup>(&action)) {
    end_ = hangup->how;
  } else if (const auto* start = std::get_if<StartTimer>(&action)) {
    actions_.emplace_back(StartTimer{inner(start->timer), start->after});
  } else if (const auto* stop = std::get_if<StopTimer>(&action)) {
    actions_.emplace_back(StopTimer{inner(stop->timer)});
  } else {
    actions_.push_back(std::move(action));
  }
}

void InnerRelay::balance() {
  const bool full = far_.heard.size() > kMostHeld;
  if (full == paused_) return;
  paused_ = full;
  if (full) {
    actions_.emplace_back(Pause{Party::origin});
  } else {
    actions_.emplace_back(Resume{Party::origin});
  }
}

}  // namespace misproxy
