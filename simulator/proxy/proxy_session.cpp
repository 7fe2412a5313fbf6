#include "proxy/proxy_session.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/ensure.hpp"
#include "core/overloaded.hpp"
#include "http/response_text.hpp"
#include "proxy/act.hpp"
#include "proxy/manner.hpp"
#include "proxy/request_target.hpp"

namespace misproxy {
namespace {

std::string not_named(const Endpoint& target) {
  return fmt::format("no [[origin]] of the scenario names {}", target.text());
}

constexpr std::string_view kOnlyConnect = "plain HTTP is not forwarded yet, only CONNECT is";

/// The error type of RFC 9209 section 2.3 for what misproxy itself refuses.
std::string_view error_type(int status) {
  if (status == 403) return "http_request_denied";
  return status == 501 ? "proxy_internal_response" : "http_request_error";
}

UpstreamFailure::Why reason_of(Failed::Why why) {
  switch (why) {
    case Failed::Why::unresolved:
      return UpstreamFailure::Why::unresolved;
    case Failed::Why::refused:
    case Failed::Why::unreachable:
      return UpstreamFailure::Why::refused;
    case Failed::Why::timeout:
      return UpstreamFailure::Why::timeout;
  }
  ensure(false, "a failure that no world reports");
  return UpstreamFailure::Why::refused;
}

}  // namespace

ProxySession::ProxySession(const Plan& plan, FaultCounts& counts, ConnectionFacts facts)
    : plan_(plan),
      counts_(counts),
      facts_(std::move(facts)),
      reader_(static_cast<std::size_t>(plan.scenario().proxy.head_limit_bytes)) {
  const auto& auth = plan.scenario().proxy.auth;
  if (auth) gate_.emplace(*auth, counts.nonces(), plan.seed(), facts_.number);
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
  visit(Point::reply, act);
}

void ProxySession::on(const Received& event, Act& act) {
  const auto direction = event.peer == Party::client ? Direction::to_origin : Direction::to_client;
  if (state_ == State::tunnel) return relay(direction, event.bytes, act);
  if (state_ == State::waiting && watch_) {
    lane(direction).channel.put(event.bytes);
    return balance(direction, act);
  }
  if (event.peer == Party::origin) {
    if (state_ == State::waiting) held_origin_ += event.bytes;
    return;
  }
  const bool behind = state_ == State::reading_head && client_is_behind();
  if (state_ == State::waiting || behind) return hold(event.bytes, act);
  if (state_ == State::reading_head) read_head(event.bytes, act);
}

void ProxySession::on(const Closed& event, Act& act) {
  if (event.peer == Party::client) return client_left(event.how, act);
  if (state_ == State::waiting && origin_open_) {  // heard when the stall is over
    lane(Direction::to_client).ended = event.how;
    return;
  }
  if (event.how == Ending::fin) drop_origin(Ending::fin, act);  // its FIN is answered with ours
  origin_open_ = false;
  if (state_ != State::tunnel) return;
  lane(Direction::to_client).ended = event.how;
  pump(Direction::to_client, act);
}

void ProxySession::on(const Drained&, Act& act) {
  const bool was_behind = client_is_behind();
  undrained_ = 0;
  if (was_behind && state_ == State::reading_head) release_held(act);
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
    case Timer::work:
    case Timer::attempt:
      break;
  }
  ensure(false, "the proxy starts no such timer");
}

void ProxySession::on(const Failed& event, Act& act) {
  act.add(Note(Point::upstream_connect, Party::origin, Cause::environment, "open-failed"));
  const auto answer = failure_answer(UpstreamFailure{reason_of(event.why)});
  act.add(Note(Point::request_head, Party::proxy, Cause::peer, "refuse")
              .with("status", answer.status)
              .with("why", std::string("the origin cannot be reached")));
  apply(answer, Point::upstream_connect, act);
}

void ProxySession::on(const Resolved&, Act&) {}
void ProxySession::on(const Begin&, Act&) {}

void ProxySession::on(const AttemptCounted& event, Act& act) {
  facts_.attempt = event.attempt;
  auto note = request_note().with("host", facts_.host);
  auto& fields = is_unasked() ? note.measured : note.fields;
  fields.emplace_back("attempt", facts_.attempt);
  act.add(std::move(note));
  visit(Point::request_head, act);
}

void ProxySession::on(const Yielded&, Act& act) {
  yielding_ = false;
  if (state_ == State::tunnel) pump(Direction::to_origin, act);
}

// --- the points of a connection's life, and the faults that act there

void ProxySession::visit(Point point, Act& act) {
  std::vector<const Fault*> faults;
  for (const auto* fault : plan_.faults_at(point, facts_)) {
    const bool of_a_stream = fault->when.at_byte() || fault->bends();
    const bool other_end =
        point == Point::close && fault->when.direction && fault->when.direction != ending_;
    if (!of_a_stream && !other_end) faults.push_back(fault);
  }
  agenda_ = Agenda(point, std::move(faults));
  proceed(act);
}

void ProxySession::proceed(Act& act) {
  const auto* fault = agenda_.next();
  if (fault == nullptr) return go_on(agenda_.point(), act);
  if (fault->when.after_ms) return wait_for(*fault, act);
  perform(*fault, agenda_.point(), std::nullopt, act);
}

void ProxySession::go_on(Point point, Act& act) {
  switch (point) {
    case Point::accept:
      return await_head(act);
    case Point::request_head:
      if (!may_pass(act)) return;
      if (plan_.origin_for(target_->host, target_->port) == nullptr) {
        return refuse(403, error_type(403), not_named(*target_), act);
      }
      return visit(Point::auth, act);
    case Point::auth:
      return visit(Point::resolve, act);
    case Point::resolve:
      return visit(Point::upstream_connect, act);
    case Point::upstream_connect:
      state_ = State::waiting;
      return act.add(Open{Party::origin, {facts_.host, target_->port}});
    case Point::reply:
      if (std::exchange(replied_, true)) return start_tunnel(act);
      return say(std::string(established(plan_.scenario().proxy.manner)), Next::tunnel, act);
    case Point::tunnel:
      return start_tunnel(act);
    case Point::close:
      return pass_end_on(act);
    case Point::inner_request:
    case Point::inner_response:
    case Point::idle:
    case Point::path:
    case Point::run:
      break;
  }
  ensure(false, "the proxy has no such point");
}

void ProxySession::perform(const Fault& fault, Point point, const std::optional<Cut>& place,
                           Act& act) {
  const auto effect = fault.effect();
  const bool answers =
      std::holds_alternative<Answer>(effect) || std::holds_alternative<UpstreamFailure>(effect);
  const bool too_late = replied_ && answers && point != Point::tunnel;  // one answer a request
  if (too_late || !counts_.claim(fault)) {
    if (point != Point::tunnel && point != Point::idle && !place) proceed(act);
    return;
  }
  Note note(point, Party::proxy, Cause::injected, fault.word());
  note.fault = fault.id;
  note.fields = place_of(fault.when);
  for (auto& field : fault.told())
    note.fields.push_back(std::move(field));
  if (place) {
    const auto* counted = point == Point::reply ? "reply_offset" : "tunnel_offset";
    note.measured.emplace_back(counted, static_cast<std::int64_t>(place->offset));
    if (place->record_bytes) {
      note.measured.emplace_back("record_bytes", static_cast<std::int64_t>(*place->record_bytes));
    }
  }
  act.add(std::move(note));
  std::visit(Overloaded{[&](const Bend& b) { bend(fault, b, point, place ? place->offset : 0); },
                        [&](const auto& turn) { apply(turn, point, act); }},
             effect);
}

void ProxySession::bend(const Fault& fault, const Bend& bend, Point point, std::uint64_t offset) {
  const auto direction = point == Point::reply ? Direction::to_client : *fault.when.direction;
  lane(direction).channel.bend(bend, plan_.bend_key(fault, facts_, offset));
}

void ProxySession::apply(const Answer& answer, Point, Act& act) {
  const bool interim = answer.is_interim();
  replied_ = answer.is_success();
  if (interim || replied_) return say(answer.wire(true, true), Next::proceed, act);
  drop_origin(Ending::fin, act);
  auto next = Next::next_request;
  if (answer.ends_connection()) next = answer.linger ? Next::linger : Next::hang_up;
  linger_ = answer.linger.value_or(Milliseconds{0});
  say(answer.wire(true, true), next, act);
}

void ProxySession::apply(const End& end, Point, Act& act) {
  drop_origin(end.how, act);
  hang_up(end.how, act);
}

void ProxySession::apply(const Hold& hold, Point point, Act& act) {
  act.add(StopTimer{Timer::limit});
  if (origin_open_) act.add(Pause{Party::origin});
  auto& client_paused = lane(Direction::to_origin).paused;
  if (!hold.reads && !std::exchange(client_paused, true)) act.add(Pause{Party::client});
  if (!hold.for_ms) {
    state_ = State::quiet;
    held_.clear();
    for (auto& each : lanes_)
      each.channel.discard();
    return;
  }
  state_ = State::waiting;
  stalled_at_ = point;
  act.add(StartTimer{Timer::stall, *hold.for_ms});
}

/// In the clear, between whatever stands before and behind it. Source: RFC 8446 section 5.1.
void ProxySession::apply(const Alert& alert, Point point, Act& act) {
  constexpr char kAlert = 21;
  const std::string record{
      kAlert, 3, 3, 0, 2, static_cast<char>(alert.level), static_cast<char>(alert.description)};
  act.add(Send{Party::client, record});
  if (alert.level == 2) apply(End{}, point, act);
}

/// Before the tunnel it says so; in the tunnel real proxies pass what they have and close.
void ProxySession::apply(const UpstreamFailure& failure, Point point, Act& act) {
  if (point == Point::tunnel) {
    drop_origin(Ending::rst, act);
    return hang_up(Ending::fin, act);
  }
  const auto answer = failure_answer(failure);
  act.add(Note(Point::reply, Party::proxy, Cause::peer, "reply").with("status", answer.status));
  apply(answer, point, act);
}

Answer ProxySession::failure_answer(const UpstreamFailure& failure) const {
  return unreachable_answer(plan_.scenario().proxy.manner, failure.why, target_->text());
}

void ProxySession::apply(const Fate&, Point, Act&) {
  ensure(false, "a segment's fate is the path's, and no proxy's");
}

void ProxySession::wait_for(const Fault& fault, Act& act) {
  awaited_ = &fault;
  apply(Hold{*fault.when.after_ms, true}, fault.when.point, act);
}

void ProxySession::after_stall(Act& act) {
  if (!stalled_at_) return;
  const auto point = *std::exchange(stalled_at_, std::nullopt);
  if (origin_open_) act.add(Resume{Party::origin});
  lane(Direction::to_client).paused = false;
  if (const auto* fault = std::exchange(awaited_, nullptr)) {
    return perform(*fault, point, std::nullopt, act);
  }
  if (replying_) return pump(Direction::to_client, act);
  if (point != Point::tunnel && point != Point::idle) return proceed(act);
  start_tunnel(act);
}

// --- the request

void ProxySession::await_head(Act& act) {
  const auto& settings = plan_.scenario().proxy;
  state_ = State::reading_head;
  replied_ = false;
  reply_watch_.reset();
  lane(Direction::to_client).channel.straighten();
  reader_ = RequestReader(static_cast<std::size_t>(settings.head_limit_bytes));
  act.add(StartTimer{Timer::limit, settings.head_timeout_ms});
  if (!client_is_behind()) release_held(act);
}

void ProxySession::read_head(std::string_view bytes, Act& act) {
  bytes.remove_prefix(reader_.feed_head(bytes));
  if (reader_.error()) {
    const auto error = *reader_.error();
    return refuse(error.status, error_type(error.status), error.reason, act);
  }
  if (!reader_.head()) return;
  state_ = State::waiting;
  hold(bytes, act);  // what came along with the head belongs to what follows it
  take_head(act);
}

void ProxySession::take_head(Act& act) {
  const auto& head = *reader_.head();
  act.add(StopTimer{Timer::limit});
  ++facts_.request;
  facts_.credentials = head.credentials;
  if (head.method == "CONNECT") return take_connect(head, act);
  act.add(request_note());
  const auto host = absolute_form_host(head.target);
  if (!host) return refuse(400, error_type(400), "a proxy wants `CONNECT host:port`", act);
  if (plan_.origin_for(host->host, host->port) == nullptr) {
    return refuse(403, error_type(403), fmt::format("{}; {}", not_named(*host), kOnlyConnect), act);
  }
  refuse(501, error_type(501), kOnlyConnect, act);
}

/// What varies with the client's version is measured, and no part of the digest.
Note ProxySession::request_note() const {
  const auto& head = *reader_.head();
  return Note(Point::request_head, Party::client, Cause::peer, "request")
      .with("method", head.method)
      .with("target", without_user(head.target))
      .measuring("http_version", head.version_text())
      .measuring("headers", head.header_names)
      .measuring("fields", head.told_fields)
      .measuring("credentials", head.credentials);
}

void ProxySession::take_connect(const RequestHead& head, Act& act) {
  target_ = parse_endpoint(head.target);
  if (!target_ || target_->port == 0) {
    act.add(request_note());
    return refuse(400, error_type(400), "CONNECT wants `host:port`, the port from 1 to 65535", act);
  }
  facts_.host = folded_host(target_->host);
  facts_.method = head.method;
  facts_.target = head.target;
  count_attempt(act);
}

void ProxySession::refuse(int status, std::string_view error, std::string_view why, Act& act) {
  act.add(Note(Point::request_head, Party::proxy, Cause::peer, "refuse")
              .with("status", status)
              .with("why", std::string(why)));
  const bool with_body = !reader_.head() || reader_.head()->method != "HEAD";
  say(refusal_text(status, why, {proxy_status(error, why)}, with_body), Next::hang_up, act);
}

// --- what is held

void ProxySession::hold(std::string_view bytes, Act& act) {
  held_ += bytes;
  auto& paused = lane(Direction::to_origin).paused;
  if (held_.size() < kMostHeld || std::exchange(paused, true)) return;
  act.add(Pause{Party::client});
}

void ProxySession::release_held(Act& act) {
  if (std::exchange(lane(Direction::to_origin).paused, false)) act.add(Resume{Party::client});
  const auto from_client = std::exchange(held_, {});
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
                .measuring("bytes", static_cast<std::int64_t>(reader_.pending())));
    // RFC 9110 section 15.5.9. One that has sent nothing is owed nothing.
    if (reader_.pending() == 0) return hang_up(Ending::fin, act);
    return refuse(408, error_type(408), "the request's head has not come whole in time", act);
  }
  if (state_ == State::lingering) return hang_up(Ending::fin, act);
  if (state_ != State::tunnel) return;
  const auto limit = idle_limit().value_or(Duration::max());
  const Duration idle = act.now - last_passed_;
  if (idle < limit) return act.add(StartTimer{Timer::limit, limit - idle});
  act.add(Note(Point::tunnel, Party::proxy, Cause::environment, "idle-timeout"));
  drop_origin(Ending::fin, act);
  hang_up(Ending::fin, act);
}

void ProxySession::client_left(Ending how, Act& act) {
  if (client_gone_) return;
  if (yielding_) on(Yielded{}, act);
  client_gone_ = true;
  act.add(Note(Point::close, Party::client, Cause::peer, "client-closed")
              .measuring("how", std::string(word(how))));
  // One that only sends no more still gets its answer; in a stall nobody can tell it from one that
  // left.
  if (how == Ending::fin && state_ == State::tunnel && origin_open_) {
    lane(Direction::to_origin).ended = how;
    return pump(Direction::to_origin, act);
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
  act.add(StopTimer{Timer::limit});
  act.add(Hangup{Party::client, how});
  state_ = how == Ending::rst || client_gone_ ? State::over : State::closing;
}

}  // namespace misproxy
