// What the origin's faults do to its connection.

#include <utility>

#include "core/ensure.hpp"
#include "core/overloaded.hpp"
#include "http/told_field.hpp"
#include "origin/origin_session.hpp"

namespace misproxy {
namespace {

/// Where in its stream a fault acted, in the terms of its trigger: the same in every run. One of a
/// response that names no byte and bends nothing acts before the first of the body.
TraceFields place_fields(const Fault& fault) {
  const auto& when = fault.when;
  if (when.offset_bytes) return {{"offset", *when.offset_bytes}};
  const bool in_body = when.point == Point::inner_response && !when.after_ms && !fault.bends();
  if (!when.body_offset_bytes && !in_body) return {};
  return {{"body_offset", when.body_offset_bytes.value_or(0)}};
}

}  // namespace

void OriginSession::meet(const Dialogue::Due& due, ActionList& actions) {
  const auto& when = due.fault->when;
  if (when.point != Point::inner_request || !when.after_ms) return perform(due, actions);
  awaited_ = due;
  apply(Hold{*when.after_ms, true}, actions);
}

void OriginSession::perform(const Dialogue::Due& due, ActionList& actions) {
  const auto& fault = *due.fault;
  if (!counts_.claim(fault)) return;
  Note note(due.point, Party::origin, Cause::injected, fault.word());
  note.fault = fault.id;
  note.fields = place_fields(fault);
  for (auto& field : fault.told())
    note.fields.push_back(std::move(field));
  const auto effect = fault.effect();
  if (const auto* answer = std::get_if<Answer>(&effect))
    note.measured.emplace_back("fields", told_fields(answer->headers));
  actions.emplace_back(std::move(note));
  std::visit(Overloaded{[&](const Bend& bend) { dialogue_->bend(due, bend); },
                        [&](const auto& turn) { apply(turn, actions); }},
             effect);
}

void OriginSession::apply(const Answer& answer, ActionList&) { dialogue_->respond(answer, now_); }

void OriginSession::apply(const End& end, ActionList& actions) {
  hang_up(end.how, end.how == Ending::fin && end.close_notify, actions);
}

void OriginSession::apply(const Hold& hold, ActionList& actions) {
  state_ = State::quiet;
  if (!hold.for_ms) return;
  state_ = State::waiting;
  actions.emplace_back(StartTimer{Timer::stall, *hold.for_ms});
}

/// Behind a fatal one nothing more is said in TLS. Source: RFC 8446 section 6.2. A cipher suite in
/// which it cannot be sealed is the client's choice; without TLS it has no meaning.
void OriginSession::apply(const Alert& alert, ActionList& actions) {
  if (!wrapping_->alert(alert.level, alert.description)) {
    actions.emplace_back(Note(Point::tunnel, Party::origin, Cause::environment, "alert-not-sealed")
                             .measuring("cipher", wrapping_->cipher()));
  }
  if (alert.level == 2) hang_up(Ending::fin, false, actions);
}

void OriginSession::apply(const UpstreamFailure&, ActionList&) {
  ensure(false, "only a proxy has an upstream");
}
void OriginSession::apply(const Fate&, ActionList&) {
  ensure(false, "a segment's fate is the path's, and no origin's");
}

void OriginSession::apply(const LookupAnswer&, ActionList&) {
  ensure(false, "a look-up is the client's, and no origin's");
}

void OriginSession::apply(const Cast&, ActionList&) {
  ensure(false, "who plays the origin is settled before there is one");
}

void OriginSession::after_stall(ActionList& actions) {
  state_ = State::talking;
  if (const auto due = std::exchange(awaited_, std::nullopt)) perform(*due, actions);
  converse(actions);
  const auto held = std::exchange(held_, {});
  if (held.empty() || state_ == State::over) return;
  on(Received{Party::client, held}, actions);
}

}  // namespace misproxy
