// The bytes that pass a proxy: its replies, and the tunnel in both directions.

#include <algorithm>
#include <utility>

#include "http/told_field.hpp"
#include "proxy/act.hpp"
#include "proxy/manner.hpp"

namespace misproxy {
namespace {

Party source_of(Direction direction) {
  return direction == Direction::to_origin ? Party::client : Party::origin;
}

Party target_of(Direction direction) { return source_of(opposite(direction)); }

Timer timer_of(Direction direction) {
  return direction == Direction::to_origin ? Timer::to_origin : Timer::to_client;
}

}  // namespace

// --- replies

/// The faults at bytes of a reply act on whatever the proxy says to this request.
void ProxySession::begin_reply() {
  if (asking().reply_watch) return;
  asking().reply_watch.emplace();
  for (const auto* fault : plan_.faults_at(Point::reply, facts_)) {
    const bool at_start = fault->bends() && !fault->when.at_byte();
    if (at_start || fault->when.offset_bytes)
      asking().reply_watch->add(fault,
                                static_cast<std::uint64_t>(fault->when.offset_bytes.value_or(0)));
  }
}

void ProxySession::say(std::string wire, Next next, Act& act) {
  begin_reply();
  undrained_ += wire.size();
  after_reply_ = next;
  replying_ = true;
  relaying_ = false;
  state_ = State::waiting;
  lane(Direction::to_client).channel.put(wire);
  pump(Direction::to_client, act);
}

void ProxySession::end_reply(Act& act) {
  replying_ = false;
  switch (after_reply_) {
    case Next::proceed:
      return proceed(act);
    case Next::tunnel:
      act.add(reply_note(200, told_head(established(plan_.scenario().proxy.manner))));
      return start_tunnel(act);
    case Next::next_request:
      return await_head(act);
    case Next::hang_up:
      return hang_up(Ending::fin, act);
    case Next::silence:
      return apply(Hold{}, Point::reply, act);
    case Next::linger:
      state_ = State::lingering;
      return act.add(StartTimer{Timer::limit, asking().linger});
  }
}

// --- the tunnel

void ProxySession::start_tunnel(Act& act) {
  if (!watch_) {
    watch_.emplace(plan_.faults_at(Point::tunnel, facts_));
    lane(Direction::to_client).channel.straighten();
    last_passed_ = act.now;
    lane(Direction::to_origin).channel.put(std::exchange(asking().held, {}));
    lane(Direction::to_client).channel.put(std::exchange(asking().held_origin, {}));
    asking_.reset();  // a tunnel may last, and asks nothing more
    plan_timed(act);
  }
  state_ = State::tunnel;
  while (const auto* fault = watch_->at_start()) {
    perform(*fault, Point::tunnel, std::nullopt, act);
    if (state_ != State::tunnel) return;
  }
  if (const auto limit = idle_limit()) act.add(StartTimer{Timer::limit, *limit});
  set_fault_alarm(act);
  release_held(act);
}

void ProxySession::plan_timed(Act& act) {
  std::vector<Timed> timed;
  for (const auto* fault : plan_.faults_at(Point::tunnel, facts_)) {
    if (fault->when.after_ms) timed.push_back({fault, act.now + *fault->when.after_ms, {}});
  }
  for (const auto* fault : plan_.faults_at(Point::idle, facts_))
    timed.push_back({fault, {}, Duration(*fault->when.idle_ms)});
  if (!timed.empty()) timed_ = std::make_unique<std::vector<Timed>>(std::move(timed));
}

/// What passes meanwhile moves an idle fault on when its time comes, and not before: an alarm that
/// is moved with each byte would cost more than the byte.
void ProxySession::set_fault_alarm(Act& act) {
  if (!timed_) return;
  std::optional<Instant> first;
  for (const auto& timed : *timed_) {
    const auto due = timed.idle ? last_passed_ + *timed.idle : timed.due;
    if (!first || due < *first) first = due;
  }
  if (first) act.add(StartTimer{Timer::fault, std::max(*first - act.now, Duration::zero())});
}

void ProxySession::on_fault_alarm(Act& act) {
  if (state_ != State::tunnel || !timed_) return;
  const auto due = std::ranges::find_if(*timed_, [&](const Timed& timed) {
    return (timed.idle ? last_passed_ + *timed.idle : timed.due) <= act.now;
  });
  if (due == timed_->end()) return set_fault_alarm(act);
  const auto* fault = due->fault;
  timed_->erase(due);
  perform(*fault, fault->when.point, std::nullopt, act);
  if (state_ == State::tunnel) set_fault_alarm(act);
}

void ProxySession::relay(Direction direction, const Received& event, Act& act) {
  auto& channel = lane(direction).channel;
  event.owned != nullptr ? channel.put(std::move(*event.owned)) : channel.put(event.bytes);
  last_passed_ = act.now;
  pump(direction, act);
}

Cut ProxySession::scan(Direction direction, std::string bytes) {
  return replying_ ? asking().reply_watch->scan(std::move(bytes))
                   : watch_->scan(direction, std::move(bytes));
}

/// Bytes may pass now.
bool ProxySession::flows() const {
  return state_ == State::tunnel || state_ == State::forwarding ||
         (replying_ && state_ == State::waiting && !stalled_at_);
}

void ProxySession::pump(Direction direction, Act& act) {
  auto& channel = lane(direction).channel;
  const auto peer = target_of(direction);
  while (flows()) {
    const bool waits = yielding_ && direction == Direction::to_origin;
    if (waits) break;
    const auto point = replying_ ? Point::reply : Point::tunnel;
    auto moved =
        channel.move(act.now, [&](std::string bytes) { return scan(direction, std::move(bytes)); });
    for (auto& piece : moved.pieces)
      act.add(Send{peer, std::move(piece)});
    if (moved.yields) {
      yielding_ = true;
      act.add(Yield{});
    }
    if (!moved.due) break;
    perform(*moved.due->fault, point, moved.due, act);
  }
  if (!flows()) return;
  set_alarm(direction, act);
  balance(direction, act);
  conclude(direction, act);
}

void ProxySession::set_alarm(Direction direction, Act& act) {
  auto wake = lane(direction).channel.wake();
  if (replying_ && direction == Direction::to_client) wake = earlier(wake, asking().later.wake());
  if (!wake) return;
  act.add(StartTimer{timer_of(direction), std::max(*wake - act.now, Duration::zero())});
}

/// A fault that waits for a time acts on what passes until then, and one that waits for the end has
/// its turn when the world tells it.
bool ProxySession::passes_all() const {
  const bool may_act = yielding_ || ending_ || (timed_ && !timed_->empty());
  if (state_ != State::tunnel || !origin_open_ || may_act) return false;
  return watch_->is_over() && std::ranges::all_of(lanes_, [](const Lane& lane) {
           return lane.channel.is_open() && !lane.paused && !lane.ended;
         });
}

void ProxySession::passed(Instant when) {
  last_passed_ = std::max(last_passed_, when);
  watch_->let_pass();
}

/// Who sends more than may pass is read no more until it has passed.
void ProxySession::balance(Direction direction, Act& act) {
  auto& [channel, paused, ended] = lane(direction);
  const bool full = channel.full();
  if ((replying_ && !relaying_) || full == paused || ended) return;
  paused = full;
  const auto peer = source_of(direction);
  if (full) {
    act.add(Pause{peer});
  } else if (peer == Party::client || origin_open_) {
    act.add(Resume{peer});
  }
}

/// What follows once all that has come in a direction has passed.
void ProxySession::conclude(Direction direction, Act& act) {
  auto& [channel, paused, ended] = lane(direction);
  if (replying_) {
    if (direction != Direction::to_client || !channel.drained()) return;
    if (relaying_) return conclude_forwarding(act);
    if (auto part = asking().later.take(act.now)) {
      undrained_ += part->size();
      channel.put(*part);
      return pump(direction, act);
    }
    if (asking().later.done()) return end_reply(act);
    return set_alarm(direction, act);
  }
  const bool waits = yielding_ && direction == Direction::to_origin;
  if (!ended || ending_ || waits || !channel.drained()) return;
  // What the watch kept back for a record that never came.
  const auto rest = watch_->flush(direction);
  if (!rest.empty()) act.add(Send{target_of(direction), rest});
  ending_ = direction;
  visit(Point::close, act);
}

}  // namespace misproxy
