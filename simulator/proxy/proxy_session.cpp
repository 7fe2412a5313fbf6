#include "proxy/proxy_session.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/ensure.hpp"
#include "http/response_text.hpp"
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

std::string_view error_type(Failed::Why why) {
  switch (why) {
    case Failed::Why::unresolved:
      return "dns_error";
    case Failed::Why::refused:
      return "connection_refused";
    case Failed::Why::unreachable:
      return "destination_ip_unroutable";
    case Failed::Why::timeout:
      return "connection_timeout";
  }
  return "proxy_internal_error";
}

}  // namespace

struct ProxySession::Act {
  Instant now;
  ActionList& list;

  template <class A>
  void add(A action) {
    list.emplace_back(std::move(action));
  }
};

ProxySession::ProxySession(const Plan& plan, std::int64_t number)
    : plan_(plan), reader_(static_cast<std::size_t>(plan.scenario().proxy.head_limit_bytes)) {
  facts_.number = number;
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
  const bool held_up = yielding_ && event.peer == Party::client;
  if (state_ == State::tunnel && !held_up) return relay(direction, event.bytes, act);
  if (event.peer == Party::origin) {
    if (state_ == State::waiting) held_origin_ += event.bytes;
    return;
  }
  const bool behind = state_ == State::reading_head && client_is_behind();
  if (state_ == State::waiting || held_up || behind) return hold(event.bytes, act);
  if (state_ == State::reading_head) read_head(event.bytes, act);
}

void ProxySession::on(const Closed& event, Act& act) {
  if (event.peer == Party::client) return client_left(event.how, act);
  if (state_ == State::waiting && watch_) {
    origin_ended_ = event.how;  // heard when the stall is over
    return;
  }
  if (event.how == Ending::fin) drop_origin(Ending::fin, act);  // its FIN is answered with ours
  origin_open_ = false;
  if (state_ != State::tunnel) return;
  const auto rest = watch_->flush(Direction::to_client);
  if (!rest.empty()) act.add(Send{Party::client, rest});
  hang_up(event.how, act);
}

void ProxySession::on(const Drained&, Act& act) {
  const bool was_behind = client_is_behind();
  undrained_ = 0;
  if (was_behind && state_ == State::reading_head) release_held(act);
}

void ProxySession::on(const Fired& event, Act& act) {
  if (event.timer == Timer::stall) return after_stall(act);
  on_limit(act);
}

/// As squid and apache do: 504 where nothing answers, 502 where something says no.
void ProxySession::on(const Failed& event, Act& act) {
  const bool silent = event.why == Failed::Why::timeout;
  act.add(Note(Point::upstream_connect, Party::origin, Cause::environment, "open-failed"));
  refuse(silent ? 504 : 502, error_type(event.why), "the origin cannot be reached", act);
}

void ProxySession::on(const Resolved&, Act&) {}
void ProxySession::on(const Begin&, Act&) {}

void ProxySession::on(const AttemptCounted& event, Act& act) {
  facts_.attempt = event.attempt;
  act.add(request_note().with("host", facts_.host).with("attempt", facts_.attempt));
  visit(Point::request_head, act);
}

void ProxySession::on(const Yielded&, Act& act) {
  yielding_ = false;
  if (state_ == State::tunnel) release_held(act);
}

// --- the points of a connection's life, and the faults that act there

void ProxySession::visit(Point point, Act& act) {
  if (const auto* fault = plan_.fault_at(point, facts_)) return perform(*fault, point, {}, act);
  go_on(point, act);
}

void ProxySession::go_on(Point point, Act& act) {
  switch (point) {
    case Point::accept:
      return await_head(act);
    case Point::request_head:
      if (plan_.origin_for(target_->host, target_->port) == nullptr) {
        return refuse(403, error_type(403), not_named(*target_), act);
      }
      return visit(Point::upstream_connect, act);
    case Point::upstream_connect:
      state_ = State::waiting;
      return act.add(Open{Party::origin, {facts_.host, target_->port}});
    case Point::reply:
      act.add(Send{Party::client, "HTTP/1.1 200 Connection established\r\n\r\n"});
      act.add(Note(Point::reply, Party::proxy, Cause::peer, "reply").with("status", 200));
      return start_tunnel(act);
    case Point::tunnel:
      return start_tunnel(act);
    case Point::inner_request:
    case Point::inner_response:
    case Point::path:
    case Point::close:
    case Point::run:
      break;
  }
  ensure(false, "the proxy has no such point");
}

void ProxySession::perform(const Fault& fault, Point point, TraceFields measured, Act& act) {
  Note note(point, Party::proxy, Cause::injected, word(fault.deed_word()));
  note.fault = fault.id;
  note.fields = place_of(fault.when);
  note.measured = std::move(measured);
  if (const auto* deed = std::get_if<Respond>(&fault.deed)) {
    if (!deed->raw) note.fields.emplace_back("status", deed->status);
    act.add(std::move(note).with("body_bytes", deed->body_bytes()));
    return respond(*deed, point, act);
  }
  if (const auto* deed = std::get_if<Close>(&fault.deed)) {
    act.add(std::move(note).with("how", std::string(word(deed->how))));
    return close(*deed, act);
  }
  const auto& deed = std::get<Stall>(fault.deed);
  if (deed.for_ms) note.fields.emplace_back("for_ms", deed.for_ms->count());
  act.add(std::move(note));
  stall(deed, point, act);
}

void ProxySession::respond(const Respond& deed, Point point, Act& act) {
  auto wire = deed.wire(true, true);
  undrained_ += wire.size();
  act.add(Send{Party::client, std::move(wire)});
  if (deed.is_interim()) return go_on(point, act);
  if (deed.is_success()) {
    replied_ = true;
    return point == Point::reply ? start_tunnel(act) : go_on(point, act);
  }
  drop_origin(Ending::fin, act);
  if (!deed.ends_connection()) return await_head(act);
  if (!deed.linger_ms) return hang_up(Ending::fin, act);
  state_ = State::lingering;
  act.add(StartTimer{Timer::limit, *deed.linger_ms});
}

void ProxySession::close(const Close& deed, Act& act) {
  drop_origin(deed.ending(), act);
  hang_up(deed.ending(), act);
}

void ProxySession::stall(const Stall& deed, Point point, Act& act) {
  act.add(StopTimer{Timer::limit});
  if (origin_open_) act.add(Pause{Party::origin});
  if (!deed.reads && !std::exchange(client_paused_, true)) act.add(Pause{Party::client});
  if (!deed.for_ms) {
    state_ = State::quiet;
    held_.clear();
    return;
  }
  state_ = State::waiting;
  stalled_at_ = point;
  act.add(StartTimer{Timer::stall, *deed.for_ms});
}

void ProxySession::after_stall(Act& act) {
  if (!stalled_at_) return;
  const auto point = *std::exchange(stalled_at_, std::nullopt);
  if (origin_open_) act.add(Resume{Party::origin});
  if (point != Point::tunnel) return go_on(point, act);
  start_tunnel(act);
  const bool ended = state_ == State::tunnel && origin_ended_;
  if (ended) on(Closed{Party::origin, *std::exchange(origin_ended_, std::nullopt)}, act);
}

// --- the request

void ProxySession::await_head(Act& act) {
  const auto& settings = plan_.scenario().proxy;
  state_ = State::reading_head;
  replied_ = false;
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
      .measuring("credentials", head.credentials);
}

void ProxySession::take_connect(const RequestHead& head, Act& act) {
  target_ = parse_endpoint(head.target);
  if (!target_ || target_->port == 0) {
    act.add(request_note());
    return refuse(400, error_type(400), "CONNECT wants `host:port`, the port from 1 to 65535", act);
  }
  facts_.host = folded_host(target_->host);
  act.add(CountAttempt{facts_.host});
}

void ProxySession::refuse(int status, std::string_view error, std::string_view why, Act& act) {
  act.add(Note(Point::request_head, Party::proxy, Cause::peer, "refuse")
              .with("status", status)
              .with("why", std::string(why)));
  const bool with_body = !reader_.head() || reader_.head()->method != "HEAD";
  act.add(Send{Party::client, refusal_text(status, why, {proxy_status(error, why)}, with_body)});
  hang_up(Ending::fin, act);
}

// --- the tunnel

void ProxySession::start_tunnel(Act& act) {
  if (!watch_) {
    watch_.emplace(plan_.tunnel_faults(facts_));
    last_passed_ = act.now;
  }
  state_ = State::tunnel;
  if (const auto* fault = watch_->at_start()) return perform(*fault, Point::tunnel, {}, act);
  if (const auto limit = idle_limit()) act.add(StartTimer{Timer::limit, *limit});
  release_held(act);
}

void ProxySession::relay(Direction direction, std::string_view bytes, Act& act) {
  last_passed_ = act.now;
  auto cut = watch_->scan(direction, bytes);
  const auto peer = direction == Direction::to_origin ? Party::origin : Party::client;
  if (!cut.pass.empty()) act.add(Send{peer, std::move(cut.pass)});
  auto& held = direction == Direction::to_origin ? held_ : held_origin_;
  held.insert(0, cut.rest);
  if (cut.fault == nullptr) {
    if (cut.rest.empty()) return;
    yielding_ = true;
    return act.add(Yield{});
  }
  TraceFields measured{{"tunnel_offset", static_cast<std::int64_t>(cut.offset)}};
  if (cut.record_bytes) {
    measured.emplace_back("record_bytes", static_cast<std::int64_t>(*cut.record_bytes));
  }
  perform(*cut.fault, Point::tunnel, std::move(measured), act);
}

void ProxySession::hold(std::string_view bytes, Act& act) {
  held_ += bytes;
  if (held_.size() < kMostHeld || client_paused_) return;
  client_paused_ = true;
  act.add(Pause{Party::client});
}

void ProxySession::release_held(Act& act) {
  if (client_paused_) act.add(Resume{Party::client});
  client_paused_ = false;
  const auto from_client = std::exchange(held_, {});
  const auto from_origin = std::exchange(held_origin_, {});
  // A fault may act on the first of them, and the second is then held again.
  if (!from_client.empty()) on(Received{Party::client, from_client}, act);
  if (!from_origin.empty()) on(Received{Party::origin, from_origin}, act);
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
  if (how == Ending::fin && state_ == State::tunnel && origin_open_) return half_close(act);
  const bool already = state_ == State::closing;
  drop_origin(how, act);
  if (!already) act.add(Hangup{Party::client, Ending::fin});
  state_ = State::over;
}

void ProxySession::half_close(Act& act) {
  const auto rest = watch_->flush(Direction::to_origin);
  if (!rest.empty()) act.add(Send{Party::origin, rest});
  act.add(HalfClose{Party::origin});
}

/// None where a stall inside the tunnel is planned and the scenario sets no limit: for ever is for
/// ever.
std::optional<Duration> ProxySession::idle_limit() const {
  const auto& set = plan_.scenario().proxy.idle_timeout_ms;
  if (set) return *set;
  if (plan_.stalls_inside(facts_)) return std::nullopt;
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
