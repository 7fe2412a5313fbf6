#include "live/embedded_origin.hpp"

#include <utility>

#include "core/ensure.hpp"
#include "core/overloaded.hpp"

namespace misproxy::live {

EmbeddedOrigin::EmbeddedOrigin(std::shared_ptr<Front> front, std::unique_ptr<Session> session)
    : Back(std::move(front)), seat_(std::move(session), Party::origin, *this) {}

void EmbeddedOrigin::leave() {
  seat_.stop_all();
  Back::leave();
}

/// What the front does is what its neighbour sees.
void EmbeddedOrigin::take(Told told) {
  if (!front_) return;
  std::visit(Overloaded{[&](const Opened&) {
                          front_->from_back(Opened{Party::origin});
                          step(Opened{Party::client});
                        },
                        [&](const Send& send) {
                          step(Received{Party::client, send.bytes});
                        },
                        [&](const HalfClose&) {
                          step(Closed{Party::client, Ending::fin});
                        },
                        [&](const Hangup& hangup) {
                          step(Closed{Party::client, hangup.how});
                        },
                        [&](const Drained&) { step(Drained{Party::client}); },
                        [&](const Fired& fired) { step(fired); }},
             told);
}

void EmbeddedOrigin::fired(Timer timer) {
  const auto self = shared_from_this();
  const auto front = front_;  // it may leave while it hears this
  if (front) front->tell_back(Fired{timer});
}

void EmbeddedOrigin::step(const Event& event) {
  ActionList actions;
  seat_.session().step(event, front_->now(), actions);
  for (auto& action : actions)
    perform(std::move(action));
}

void EmbeddedOrigin::perform(Action action) {
  if (auto* event = std::get_if<Note>(&action)) {
    front_->note_of(Party::origin, std::move(*event));
  } else if (auto* send = std::get_if<Send>(&action)) {
    front_->sent_by_back(std::move(send->bytes), {});
  } else if (const auto* hangup = std::get_if<Hangup>(&action)) {
    front_->from_back(Closed{Party::origin, hangup->how});
  } else if (std::holds_alternative<Pause>(action)) {
    front_->pause_client();
  } else if (std::holds_alternative<Resume>(action)) {
    front_->resume_client();
  } else if (const auto* start = std::get_if<StartTimer>(&action)) {
    seat_.start(start->timer, front_->executor(), front_->due(start->after));
  } else if (const auto* stop = std::get_if<StopTimer>(&action)) {
    seat_.stop(stop->timer);
  } else {
    const auto* secrets = std::get_if<Secrets>(&action);
    ensure(secrets != nullptr, "no origin does this");
    front_->take_secrets(secrets->key_log);
  }
}

}  // namespace misproxy::live
