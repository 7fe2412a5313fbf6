#include "origin/origin_session.hpp"

#include <algorithm>
#include <utility>

#include "core/spare_buffer.hpp"

namespace misproxy {

OriginSession::OriginSession(const Plan& plan, FaultCounts& counts, ConnectionFacts facts,
                             std::unique_ptr<Wrapping> wrapping, MakeDialogue make_dialogue)
    : plan_(plan),
      counts_(counts),
      facts_(std::move(facts)),
      make_dialogue_(std::move(make_dialogue)),
      wrapping_(std::move(wrapping)) {}

void OriginSession::step(const Event& event, Instant now, ActionList& actions) {
  if (state_ == State::over) return;
  now_ = now;
  std::visit([&](const auto& e) { on(e, actions); }, event);
  converse(actions);
  set_alarms(actions);
  bound_input(actions);
  flush(actions);
}

void OriginSession::on(const Opened&, ActionList&) {}
void OriginSession::on(const AttemptCounted&, ActionList&) {}
void OriginSession::on(const Yielded&, ActionList&) {}
void OriginSession::on(const Failed&, ActionList&) {}
void OriginSession::on(const Resolved&, ActionList&) {}
void OriginSession::on(const Begin&, ActionList&) {}

void OriginSession::on(const Received& event, ActionList& actions) {
  if (state_ == State::quiet || event.peer != Party::client) return;
  if (state_ == State::waiting) {
    held_ += event.bytes;
  } else {
    take(event.bytes, actions);
  }
}

void OriginSession::on(const Closed& event, ActionList& actions) {
  if (event.peer != Party::client) return;
  if (wrapping_->stuck() && state_ == State::talking) unwrap(actions);
  if (state_ == State::over) return;
  wrapping_->gone(word(event.how), actions);
  client_done_ = true;
  if (event.how == Ending::rst || !answering()) hang_up(Ending::fin, true, actions);
}

void OriginSession::on(const Drained&, ActionList&) { undrained_ = 0; }

/// What is due by now is found out behind every event.
void OriginSession::on(const Fired& event, ActionList& actions) {
  if (event.timer == Timer::limit && wrapping_->stuck()) return unwrap(actions);
  if (event.timer == Timer::work && dialogue_) return dialogue_->hash_on(actions);
  if (event.timer == Timer::stall && state_ == State::waiting) after_stall(actions);
}

/// What it has been asked for is not all out yet.
bool OriginSession::answering() const {
  const bool under_way = state_ == State::talking && dialogue_ && dialogue_->busy();
  return under_way || behind();
}

// --- what the bytes are wrapped in

void OriginSession::take(std::string_view bytes, ActionList& actions) {
  while (!bytes.empty() && state_ != State::over) {
    bytes.remove_prefix(wrapping_->take(bytes, actions));
    if (!wrapping_->ready()) return;
    unwrap(actions);
    converse(actions);
  }
}

void OriginSession::unwrap(ActionList& actions) {
  using Wrapped = Wrapping::State;
  const auto words = wrapping_->open(actions);
  if (wrapping_->state() == Wrapped::failed) return hang_up(Ending::fin, false, actions);
  if (!dialogue_ && wrapping_->state() != Wrapped::opening)
    dialogue_ = make_dialogue_(facts_, *wrapping_);
  if (dialogue_) dialogue_->receive(words);
  client_done_ = client_done_ || wrapping_->state() == Wrapped::closed;
}

/// A client that goes on asking while it is being answered is read again when it has been.
void OriginSession::bound_input(ActionList& actions) {
  const auto backlog = held_.size() + (dialogue_ ? dialogue_->backlog() : 0);
  const bool full = state_ != State::over && backlog > kMostHeld;
  if (full == paused_) return;
  paused_ = full;
  if (full) {
    actions.emplace_back(Pause{Party::client});
  } else {
    actions.emplace_back(Resume{Party::client});
  }
}

void OriginSession::flush(ActionList& actions) {
  auto bytes = wrapping_->take_output(actions);
  if (bytes.empty()) return;
  // What there is to say goes out before the connection ends, and after what was sent before it.
  const auto end = std::find_if(actions.begin(), actions.end(), [](const Action& action) {
    return std::holds_alternative<Hangup>(action);
  });
  actions.insert(end, Send{Party::client, std::move(bytes)});
}

// --- the dialogue

void OriginSession::converse(ActionList& actions) {
  while (dialogue_ && state_ == State::talking) {
    auto progress = dialogue_->go_on(now_, {!behind(), undrained_ < kPiece}, actions);
    const bool any = progress.any();
    say(std::move(progress.pieces), actions);
    if (progress.due) {
      flush(actions);  // what stands before its place
      meet(*progress.due, actions);
    } else if (progress.end) {
      hang_up(progress.end->how, progress.end->close_notify, actions);
    } else if (progress.silent) {
      state_ = State::quiet;
    } else if (progress.last || (progress.over && client_done_ && !dialogue_->busy())) {
      hang_up(Ending::fin, true, actions);
    } else if (!any) {
      break;
    }
  }
  end_with_client(actions);
}

/// Several pieces go out each by itself.
void OriginSession::say(std::vector<std::string> pieces, ActionList& actions) {
  for (auto& piece : pieces) {
    if (pieces.size() > 1) flush(actions);
    wrapping_->seal(piece);
    undrained_ += piece.size();
    keep_spare(std::move(piece));
  }
}

/// A client that sends no more has what it asked for; or it stands still, and what is left would
/// wait for a window that nobody opens any more.
void OriginSession::end_with_client(ActionList& actions) {
  if (state_ != State::talking || !client_done_) return;
  const bool goes_on = dialogue_ && (dialogue_->wake(Direction::to_client) || dialogue_->alarm() ||
                                     dialogue_->waits_for_others());
  const bool stands_still = undrained_ == 0 && !goes_on;
  if (!answering() || stands_still) hang_up(Ending::fin, true, actions);
}

void OriginSession::set_alarms(ActionList& actions) {
  if (!dialogue_ || state_ != State::talking) return;
  const auto set = [&](Timer timer, std::optional<Instant> at) {
    if (at) actions.emplace_back(StartTimer{timer, std::max(*at - now_, Duration::zero())});
  };
  set(Timer::to_origin, dialogue_->wake(Direction::to_origin));
  set(Timer::to_client, dialogue_->wake(Direction::to_client));
  set(Timer::fault, dialogue_->alarm());
}

void OriginSession::hang_up(Ending how, bool close_notify, ActionList& actions) {
  if (close_notify) wrapping_->close();
  actions.emplace_back(Hangup{Party::client, how});
  flush(actions);
  state_ = State::over;
}

}  // namespace misproxy
