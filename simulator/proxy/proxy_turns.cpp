// The turns of a request's life, and the faults that act there.

#include <utility>

#include "core/ensure.hpp"
#include "core/overloaded.hpp"
#include "http/told_field.hpp"
#include "proxy/act.hpp"
#include "proxy/manner.hpp"

namespace misproxy {
namespace {

/// What a world would report if that happened by itself.
Failed failed_by(UpstreamFailure::Why why) {
  switch (why) {
    case UpstreamFailure::Why::unresolved:
      return {Failed::Why::unresolved};
    case UpstreamFailure::Why::refused:
      return {Failed::Why::refused};
    case UpstreamFailure::Why::timeout:
      return {Failed::Why::timeout};
    case UpstreamFailure::Why::reset:
      return {Failed::Why::reset};
  }
  ensure(false, "a failure that no fault has");
  return {Failed::Why::refused};
}

}  // namespace

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
      if (!replied_ && !may_pass(act)) return;
      if (plan_.origin_for(asking().target->host, asking().target->port) == nullptr) {
        if (replied_) return hang_up(Ending::fin, act);  // a fault's 2xx: a tunnel to nowhere
        return refuse_host(act);
      }
      return visit(Point::auth, act);
    case Point::auth:
      if (forwarding_ && forwarding_->ends_here()) return answer_itself(act);
      return visit(Point::resolve, act);
    case Point::resolve:
      return visit(Point::upstream_connect, act);
    case Point::upstream_connect:
      reused_ = origin_serves_on();
      return reused_ ? visit(Point::reply, act) : open_origin(act);
    case Point::reply:
      if (forwarding_) return start_forwarding(act);
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
    case Point::lookup:
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
  const auto* cast = std::get_if<Cast>(&effect);
  const bool taken = cast != nullptr && asking().cast.has_part_of(*cast);
  if (too_late || taken || !counts_.claim(fault)) {
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
  if (const auto* answer = std::get_if<Answer>(&effect))
    note.measured.emplace_back("fields", told_fields(answer->headers));
  act.add(std::move(note));
  std::visit(Overloaded{[&](const Bend& b) { bend(fault, b, point, place ? place->offset : 0); },
                        [&](const auto& turn) { apply(turn, point, act); }},
             effect);
}

void ProxySession::bend(const Fault& fault, const Bend& bend, Point point, std::uint64_t offset) {
  const auto direction = point == Point::reply ? Direction::to_client : *fault.when.direction;
  lane(direction).channel.bend(bend, plan_.bend_key(fault, facts_, offset));
}

void ProxySession::apply(const Answer& answer, Point point, Act& act) {
  const bool unasked = point == Point::accept;
  if (unasked) asking().reply_watch.emplace();  // it is no reply, for faults that act on one
  const bool to_connect = !forwarding_ && !unasked;
  const auto wire = answer.wire(to_connect, !forwarding_ || answer_has_body());
  replied_ = to_connect && answer.is_success();
  asking().later.begin(answer.more);
  if (answer.is_interim() || replied_) return say(wire, Next::proceed, act);
  drop_origin(Ending::fin, act);
  auto next = Next::next_request;
  const bool ends = unasked ? answer.ends_unasked() : answer.ends_connection();
  if (ends) next = answer.linger ? Next::linger : Next::hang_up;
  if (answer.silent) next = Next::silence;
  asking().linger = answer.linger.value_or(Milliseconds{0});
  say(wire, next, act);
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
    asking().held.clear();
    if (hold.reads && std::exchange(client_paused, false)) act.add(Resume{Party::client});
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
  const auto answer = failure_answer(failed_by(failure.why));
  act.add(reply_note(answer.status, told_fields(answer.headers)));
  apply(answer, point, act);
}

Answer ProxySession::failure_answer(const Failed& failed) const {
  return unreachable_answer(plan_.scenario().proxy.manner, failed, asking().target->text());
}

void ProxySession::apply(const Fate&, Point, Act&) {
  ensure(false, "a segment's fate is the path's, and no proxy's");
}

void ProxySession::apply(const LookupAnswer&, Point, Act&) {
  ensure(false, "a look-up is the client's, and no proxy's");
}

void ProxySession::apply(const Cast& cast, Point, Act& act) {
  asking().cast.take(cast);
  proceed(act);
}

void ProxySession::wait_for(const Fault& fault, Act& act) {
  asking().awaited = &fault;
  apply(Hold{*fault.when.after_ms, true}, fault.when.point, act);
}

void ProxySession::after_stall(Act& act) {
  if (!stalled_at_) return;
  const auto point = *std::exchange(stalled_at_, std::nullopt);
  if (origin_open_) act.add(Resume{Party::origin});
  lane(Direction::to_client).paused = false;
  const auto* const fault = asking_ ? std::exchange(asking_->awaited, nullptr) : nullptr;
  if (fault != nullptr) {
    return perform(*fault, point, std::nullopt, act);
  }
  if (relaying_) return go_on_forwarding(act);
  if (replying_) return pump(Direction::to_client, act);
  if (point != Point::tunnel && point != Point::idle) return proceed(act);
  start_tunnel(act);
}

}  // namespace misproxy
