#include "origin/wrapped_session.hpp"

#include <utility>
#include <variant>

#include "core/words.hpp"

namespace misproxy {

void WrappedSession::step(const Event& event, Instant now, ActionList& actions) {
  if (over_) return;
  take(event, actions);
  flush(actions);
  inbox_.deliver_to(*inner_, now, [&](Action action) { perform(std::move(action), actions); });
}

void WrappedSession::take(const Event& event, ActionList& actions) {
  if (const auto* received = std::get_if<Received>(&event)) {
    return take_bytes(received->bytes, actions);
  }
  if (const auto* closed = std::get_if<Closed>(&event)) {
    if (wrapping_->stuck()) unwrap(actions);
    if (over_) return;
    wrapping_->gone(word(closed->how), actions);
    return opened_ ? end_of_client(closed->how) : hang_up(Ending::fin, true, actions);
  }
  const auto* fired = std::get_if<Fired>(&event);
  if (fired != nullptr && fired->timer == Timer::limit && wrapping_->stuck()) {
    return unwrap(actions);
  }
  if (opened_) inbox_.put(event);
}

void WrappedSession::take_bytes(std::string_view bytes, ActionList& actions) {
  while (!bytes.empty() && !over_) {
    bytes.remove_prefix(wrapping_->take(bytes, actions));
    if (!wrapping_->ready()) return;
    unwrap(actions);
  }
}

void WrappedSession::unwrap(ActionList& actions) {
  auto words = wrapping_->open(actions);
  const auto state = wrapping_->state();
  if (state == Wrapping::State::failed) return hang_up(Ending::fin, false, actions);
  if (state != Wrapping::State::opening && !std::exchange(opened_, true)) {
    inbox_.put(Opened{Party::client});
  }
  if (!words.empty()) inbox_.put(Received{Party::client, {}}, std::move(words));
  if (state == Wrapping::State::closed) end_of_client(Ending::fin);
}

/// It is told of one end, or of an end and then of a reset.
void WrappedSession::end_of_client(Ending how) {
  if (std::exchange(client_ended_, true) && how == Ending::fin) return;
  inbox_.put(Closed{Party::client, how});
}

void WrappedSession::perform(Action action, ActionList& actions) {
  if (over_) return;
  if (const auto* send = std::get_if<Send>(&action)) {
    wrapping_->seal(send->bytes);
    return flush(actions);
  }
  if (const auto* hangup = std::get_if<Hangup>(&action)) {
    return hang_up(hangup->how, hangup->how == Ending::fin, actions);
  }
  actions.push_back(std::move(action));
}

void WrappedSession::hang_up(Ending how, bool last_word, ActionList& actions) {
  over_ = true;
  if (last_word) wrapping_->close();
  flush(actions);
  actions.emplace_back(Hangup{Party::client, how});
}

void WrappedSession::flush(ActionList& actions) {
  auto bytes = wrapping_->take_output(actions);
  if (!bytes.empty()) actions.emplace_back(Send{Party::client, std::move(bytes)});
}

}  // namespace misproxy
