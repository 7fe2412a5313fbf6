#include "proxy/proxy_session.hpp"

#include <utility>

#include "core/ensure.hpp"
#include "http/told_field.hpp"
#include "proxy/act.hpp"

namespace misproxy {

ProxySession::ProxySession(const Plan& plan, FaultCounts& counts, ConnectionFacts facts)
    : plan_(plan), counts_(counts), facts_(std::move(facts)) {
  const auto& auth = plan.scenario().proxy.auth;
  if (auth)
    asking().gate = std::make_unique<Gate>(*auth, counts.nonces(), plan.seed(), facts_.number);
}

void ProxySession::step(const Event& event, Instant now, ActionList& actions) {
  if (state_ == State::over) return;
  Act act{now, actions};
  std::visit([&](const auto& e) { on(e, act); }, event);
}

void ProxySession::on(const Opened& event, Act& act) {
  if (event.peer == Party::client) {
    act.add(Note(Point::accept, Party::client, Cause::peer, "connected"));
    return visit(Point::accept, act);
  }
  origin_open_ = true;
  if (replied_) return start_tunnel(act);
  if (replying_ && forwarding_) return ask_anew(act);
  visit(Point::reply, act);
}

void ProxySession::on(const Received& event, Act& act) {
  const auto direction = event.peer == Party::client ? Direction::to_origin : Direction::to_client;
  if (state_ == State::tunnel) return relay(direction, event, act);
  if (state_ == State::waiting && watch_) {
    lane(direction).channel.put(event.bytes);
    return balance(direction, act);
  }
  if (event.peer == Party::origin) return hear_origin(event.bytes, act);
  const bool reads = state_ == State::reading_head || state_ == State::draining;
  if (state_ == State::waiting || (reads && client_is_behind())) return hold(event.bytes, act);
  if (state_ == State::reading_head) return read_head(event.bytes, act);
  if (state_ == State::draining) return drain_request(event.bytes, act);
  if (state_ == State::forwarding) pass_request(event.bytes, act);
}

/// Outside a tunnel. What comes without being asked for is no part of any answer.
void ProxySession::hear_origin(std::string_view bytes, Act& act) {
  if (!origin_open_) return;
  if (state_ == State::forwarding) return pass_response(bytes, act);
  if (state_ != State::waiting) return drop_origin(Ending::fin, act);
  hold_origin(bytes, act);
}

void ProxySession::on(const Closed& event, Act& act) {
  if (event.peer == Party::client) return client_left(event.how, act);
  if (state_ == State::waiting && origin_open_) {  // heard when the stall is over
    lane(Direction::to_client).ended = event.how;
    return;
  }
  if (state_ == State::forwarding && origin_open_) return origin_ended(event.how, act);
  if (event.how == Ending::fin) drop_origin(Ending::fin, act);  // its FIN is answered with ours
  origin_open_ = false;
  if (state_ != State::tunnel) return;
  lane(Direction::to_client).ended = event.how;
  pump(Direction::to_client, act);
}

void ProxySession::on(const Drained&, Act& act) {
  const bool was_behind = client_is_behind();
  undrained_ = 0;
  const bool reads = state_ == State::reading_head || state_ == State::draining;
  if (was_behind && reads) read_on(act);
}

void ProxySession::on(const Fired& event, Act& act) {
  switch (event.timer) {
    case Timer::stall:
      return after_stall(act);
    case Timer::limit:
      return on_limit(act);
    case Timer::fault:
      return on_fault_alarm(act);
    case Timer::to_origin:
      return pump(Direction::to_origin, act);
    case Timer::to_client:
      return pump(Direction::to_client, act);
    default:
      break;
  }
  ensure(false, "the proxy starts no such timer");
}

void ProxySession::on(const Failed& event, Act& act) {
  auto note = Note(Point::upstream_connect, Party::origin, Cause::environment, "open-failed")
                  .with("why", std::string(word(event.why)));
  if (!event.detail.empty()) note.measured.emplace_back("detail", event.detail);
  act.add(std::move(note));
  if (replied_) return hang_up(Ending::fin, act);  // the tunnel leads nowhere, and is told nothing
  const auto answer = failure_answer(event);
  act.add(Note(Point::request_head, Party::proxy, Cause::peer, "refuse")
              .with("status", answer.status)
              .with("why", std::string("the origin cannot be reached"))
              .measuring("fields", told_fields(answer.headers)));
  apply(answer, Point::upstream_connect, act);
}

void ProxySession::on(const Resolved&, Act&) {}
void ProxySession::on(const Begin&, Act&) {}

void ProxySession::on(const AttemptCounted& event, Act& act) {
  if (!asking().reader || !asking().reader->head()) return;  // nobody asked
  facts_.attempt = event.attempt;
  auto note = request_note().with("host", facts_.host);
  auto& fields = names_connection() ? note.fields : note.measured;
  fields.emplace_back("attempt", facts_.attempt);
  act.add(std::move(note));
  visit(Point::request_head, act);
}

void ProxySession::on(const Yielded&, Act& act) {
  yielding_ = false;
  if (state_ == State::tunnel) pump(Direction::to_origin, act);
}

// --- what is held

void ProxySession::hold(std::string_view bytes, Act& act) {
  asking().held += bytes;
  auto& paused = lane(Direction::to_origin).paused;
  if (asking().held.size() < kMostHeld || std::exchange(paused, true)) return;
  act.add(Pause{Party::client});
}

/// Of an origin that speaks first, while nothing may pass.
void ProxySession::hold_origin(std::string_view bytes, Act& act) {
  asking().held_origin += bytes;
  auto& paused = lane(Direction::to_client).paused;
  const bool has_room = stalled_at_ || asking().held_origin.size() < kMostHeld;
  if (has_room || std::exchange(paused, true)) return;
  act.add(Pause{Party::origin});
}

void ProxySession::release_held(Act& act) {
  if (std::exchange(lane(Direction::to_origin).paused, false)) act.add(Resume{Party::client});
  const auto from_client = asking_ ? std::exchange(asking_->held, {}) : "";
  if (!from_client.empty()) on(Received{Party::client, from_client}, act);
  if (!watch_) return;
  // A fault may act on the first of them, and the second then waits again.
  pump(Direction::to_origin, act);
  pump(Direction::to_client, act);
}

// --- the end

void ProxySession::on_limit(Act& act) {
  if (state_ == State::reading_head) {
    act.add(Note(Point::request_head, Party::proxy, Cause::environment, "head-timeout")
                .measuring("bytes", static_cast<std::int64_t>(asking().reader->pending())));
    // RFC 9110 section 15.5.9. One that has sent nothing is owed nothing.
    if (asking().reader->pending() == 0) return hang_up(Ending::fin, act);
    return refuse(408, "the request's head has not come whole in time", act);
  }
  if (state_ == State::draining) {
    act.add(Note(Point::request_head, Party::proxy, Cause::environment, "body-timeout"));
    return hang_up(Ending::fin, act);
  }
  if (state_ == State::lingering) return hang_up(Ending::fin, act);
  if (state_ == State::forwarding) return on_idle_origin(act);
  if (state_ != State::tunnel) return;
  const auto limit = idle_limit().value_or(Duration::max());
  const Duration idle = act.now - last_passed_;
  if (idle < limit) return act.add(StartTimer{Timer::limit, limit - idle});
  act.add(Note(Point::tunnel, Party::proxy, Cause::environment, "idle-timeout"));
  drop_origin(Ending::fin, act);
  hang_up(Ending::fin, act);
}

void ProxySession::client_left(Ending how, Act& act) {
  if (client_gone_) {  // it may have been waiting for its answer
    if (how == Ending::rst && relaying_) drop_origin(how, act);
    return;
  }
  if (yielding_) on(Yielded{}, act);
  if (state_ == State::forwarding && !forwarding_->asked())
    note_request_trouble("request-cut", Cause::peer, act);
  client_gone_ = true;
  act.add(Note(Point::close, Party::client, Cause::peer, "client-closed")
              .measuring("how", std::string(word(how))));
  // One that only sends no more still gets its answer; in a stall nobody can tell it from one that
  // left.
  if (how == Ending::fin && state_ == State::tunnel && origin_open_) {
    lane(Direction::to_origin).ended = how;
    return pump(Direction::to_origin, act);
  }
  if (how == Ending::fin && state_ == State::forwarding && forwarding_->asked()) {
    if (origin_open_) act.add(HalfClose{Party::origin});
    return;
  }
  const bool already = state_ == State::closing;
  drop_origin(how, act);
  if (!already) act.add(Hangup{Party::client, Ending::fin});
  state_ = State::over;
}

/// Of the side that has ended to the other, behind all that it sent.
void ProxySession::pass_end_on(Act& act) {
  const auto direction = *std::exchange(ending_, std::nullopt);
  const auto how = *std::exchange(lane(direction).ended, std::nullopt);
  state_ = State::tunnel;
  if (direction == Direction::to_origin) {
    if (origin_open_) act.add(HalfClose{Party::origin});
    return release_held(act);
  }
  if (how == Ending::fin) drop_origin(Ending::fin, act);  // one that has reset hears nothing
  origin_open_ = false;
  hang_up(how, act);
}

/// None where a stall inside the tunnel is planned and the scenario sets no limit: for ever is for
/// ever.
std::optional<Duration> ProxySession::idle_limit() const {
  const auto& set = plan_.scenario().proxy.idle_timeout_ms;
  if (set) return *set;
  if (plan_.is_slow_inside(facts_)) return std::nullopt;
  return ProxySettings::kIdleTimeout;
}

void ProxySession::drop_origin(Ending how, Act& act) {
  if (origin_open_) act.add(Hangup{Party::origin, how});
  origin_open_ = false;
}

void ProxySession::hang_up(Ending how, Act& act) {
  drop_origin(how, act);
  act.add(StopTimer{Timer::limit});
  act.add(Hangup{Party::client, how});
  state_ = how == Ending::rst || client_gone_ ? State::over : State::closing;
}

}  // namespace misproxy
