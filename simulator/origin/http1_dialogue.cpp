#include "origin/http1_dialogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/encoding.hpp"
#include "http/response_text.hpp"
#include "http/status_reason.hpp"
#include "origin/exchange_note.hpp"
#include "origin/head_facts.hpp"

namespace misproxy {
namespace {

/// RFC 9112 section 3.2: which is refused in any form.
bool lacks_host(const RequestHead& head) { return head.version == 11 && !head.field("host"); }

}  // namespace

Dialogue::Progress Http1Dialogue::go_on(Instant now, Client client, ActionList& actions) {
  Progress progress;
  if (phase_ == Phase::reading && client.listens) read(now, progress, actions);
  if (phase_ == Phase::turn && !progress.due) take_turn(progress, actions);
  if (!said_.empty()) progress.pieces.push_back(std::exchange(said_, {}));
  if (progress.due) return progress;
  if (phase_ == Phase::choosing) answer(now, progress, actions);
  if (phase_ == Phase::answering) go_on_answering(now, client.room, progress, actions);
  return progress;
}

std::optional<Instant> Http1Dialogue::wake(Direction direction) const {
  if (direction == Direction::to_origin) return requests_.wake();
  return earlier(responses_.wake(), later_.wake());
}

void Http1Dialogue::bend(const Due& due, const Bend& bend) {
  auto& channel = due.point == Point::inner_request ? requests_ : responses_;
  channel.bend(bend, plan_.bend_key(*due.fault, facts_, due.offset));
}

// --- the request

void Http1Dialogue::read(Instant now, Progress& progress, ActionList& actions) {
  while (true) {
    read_arrived(now, progress, actions);
    if (phase_ != Phase::reading) return;
    const bool metered = !requests_.full() && meter();
    auto moved = requests_.move(
        now, [&](std::string bytes) { return request_watch_.scan(std::move(bytes)); });
    for (const auto& piece : moved.pieces)
      arrived_ += piece;
    if (moved.due) {
      progress.due = Due{moved.due->fault, Point::inner_request, moved.due->offset};
      return;
    }
    if (moved.pieces.empty() && !metered) return;
  }
}

/// Up to the end of this request as the client sent it, or of its head: before the last byte of
/// that passes, what its faults want to know of it is known.
bool Http1Dialogue::meter() {
  if (input_.empty()) return false;
  if (!metered_ || (meter_.complete() && requests_.drained())) begin_metering();
  if (meter_.complete()) return false;
  const bool in_head = !meter_.head();
  auto taken = input_.size();
  if (!meter_.error()) taken = in_head ? meter_.feed_head(input_) : meter_.feed_body(input_);
  requests_.put(std::string_view(input_).substr(0, taken));
  input_.erase(0, taken);
  *metered_ += taken;
  if (in_head && meter_.head()) watch_for(true);
  return true;
}

void Http1Dialogue::begin_metering() {
  metered_ = 0;
  meter_ = RequestReader(kHeadLimit);
  if (hashes_bodies()) meter_.hash_body();
  request_watch_ = {};
  requests_.straighten();
  watch_for(false);
}

/// A fault that asks for a method or a path acts behind the head at the earliest.
void Http1Dialogue::watch_for(bool head_known) {
  take_facts_of(head_known ? *meter_.head() : RequestHead{}, requests_taken_ + 1);
  const auto known_at = head_known ? *metered_ : 0;
  for (const auto* fault : plan_.faults_at(Point::inner_request, facts_)) {
    const bool of_the_stream = fault->when.at_byte() || fault->bends();
    const bool asks_head = fault->when.method || fault->when.path || fault->when.credentials;
    if (!of_the_stream || asks_head != head_known) continue;
    const auto at = static_cast<std::uint64_t>(fault->when.offset_bytes.value_or(0));
    request_watch_.add(fault, std::max(at, known_at));
  }
}

void Http1Dialogue::read_arrived(Instant now, Progress& progress, ActionList& actions) {
  if (arrived_.empty()) return;
  const auto take = [this](std::size_t bytes) {
    if (!reader_.error()) pass(std::string_view(arrived_).substr(0, bytes));
    arrived_.erase(0, bytes);
  };
  if (!reader_.head()) {
    const auto taken = reader_.feed_head(arrived_);
    if (reader_.head() && lacks_host(*reader_.head())) {
      return refuse({400, "an HTTP/1.1 request without Host"}, now, progress, actions);
    }
    take(taken);
    if (reader_.head()) reader_.hash_body();
  }
  if (reader_.head() && !reader_.complete() && !reader_.error()) {
    heed_expectation(now, progress, actions);
    if (phase_ == Phase::over) return;
    if (!arrived_.empty()) take(reader_.feed_body(arrived_));
  }
  if (reader_.error()) return refuse(*reader_.error(), now, progress, actions);
  if (reader_.complete()) take_request(actions);
}

void Http1Dialogue::heed_expectation(Instant now, Progress& progress, ActionList& actions) {
  if (!reader_.head()->expects_continue || std::exchange(continued_, true)) return;
  switch (site_.on_expect(*reader_.head())) {
    case OriginRoute::OnExpect::goes_on:
      progress.pieces.emplace_back("HTTP/1.1 100 Continue\r\n\r\n");
      return;
    case OriginRoute::OnExpect::refused:
      return refuse({417, std::string(kExpectationRefused)}, now, progress, actions);
    case OriginRoute::OnExpect::unheard:
      return;
  }
}

void Http1Dialogue::refuse(const RequestError& error, Instant now, Progress& progress,
                           ActionList& actions) {
  actions.emplace_back(Note(Point::inner_request, Party::origin, Cause::peer, "refuse")
                           .with("status", error.status)
                           .with("why", error.reason));
  progress.pieces.push_back(refusal_text(error.status, error.reason, own_headers(now)));
  progress.last = true;
  phase_ = Phase::over;
}

void Http1Dialogue::take_request(ActionList& actions) {
  const auto& head = *reader_.head();
  const auto digest =
      hashes_bodies() && meter_.complete() ? to_hex(meter_.body_digest()) : std::string();
  actions.emplace_back(request_note(head, reader_.body_bytes(), digest));
  take_facts_of(head, ++requests_taken_);
  agenda_ = turn_faults();
  phase_ = Phase::turn;
}

void Http1Dialogue::take_turn(Progress& progress, ActionList& actions) {
  if (const auto* fault = agenda_.next()) {
    progress.due = Due{fault, Point::inner_request};
    return;
  }
  phase_ = Phase::choosing;
  choose(actions);
}

void Http1Dialogue::choose(ActionList& actions) {
  choose_answer(*reader_.head(), {reader_.body_bytes(), to_hex(reader_.body_digest())}, actions);
}

// --- the answer

void Http1Dialogue::respond(const Answer& answer, Instant now) {
  auto wire = answer.wire(false, has_body());
  if (answer.is_interim()) {
    said_ += wire;
    return;
  }
  last_ = answer.ends_connection() || !reader_.head()->keep_alive;
  silent_ = answer.silent;
  later_.begin(answer.more);
  chunked_ = false;
  const auto end = end_of_head(wire);
  OriginAnswer rest;
  rest.text = wire.substr(end.value_or(wire.size()));
  wire.resize(end.value_or(wire.size()));
  const bool bodied = end && has_body();
  begin_response(std::move(wire), stream_of(rest, plan_), bodied, now);
}

/// A length that is not known before the body is made is told by chunks, or, to who does not know
/// those, by the connection's end. Source: RFC 9112 section 6.3.
OriginRoute::Framing Http1Dialogue::framing() const {
  using Framing = OriginRoute::Framing;
  auto framing = answer_.framing;
  if (answer_.gzip && framing == Framing::length) framing = Framing::chunked;
  const bool is_old = reader_.head()->version == 10;
  return is_old && framing == Framing::chunked ? Framing::close : framing;
}

void Http1Dialogue::answer(Instant now, Progress&, ActionList& actions) {
  using Framing = OriginRoute::Framing;
  if (hashing()) return;
  const auto& request = *reader_.head();
  const auto how = answer_.may_have_body() ? framing() : Framing::length;
  auto headers = own_headers(now);
  headers.insert(headers.end(), answer_.headers.begin(), answer_.headers.end());
  const bool closes = !request.keep_alive || how == Framing::close;
  if (how == Framing::chunked) headers.emplace_back("Transfer-Encoding: chunked");
  if (closes) headers.emplace_back("Connection: close");
  const bool is_short = has_body() && answer_.said_length > answer_.body_bytes();
  last_ = closes || is_short;
  chunked_ = how == Framing::chunked;
  std::optional<std::uint64_t> length;
  if (answer_.may_have_body() && how == Framing::length) {
    length = answer_.said_length.value_or(answer_.body_bytes());
  }
  actions.emplace_back(response_note(request, answer_.status, answer_.body_bytes(), headers));
  std::optional<BodyStream> body;
  if (has_body() && answer_.may_have_body()) body = stream_of(answer_, plan_);
  begin_response(response_head(answer_.status, status_reason(answer_.status), headers, length),
                 std::move(body), has_body(), now);
}

/// The faults of a body have none to act on where there is none: in the answer to a HEAD.
void Http1Dialogue::begin_response(std::string head, std::optional<BodyStream> body, bool has_body,
                                   Instant now) {
  take_facts(head, facts_);
  const auto faults = plan_.faults_at(Point::inner_response, facts_);
  plan_timed(faults, now);
  response_watch_ = {};
  for (const auto* fault : faults) {
    const auto& when = fault->when;
    if (when.after_ms) continue;
    const bool from_head = when.offset_bytes || (fault->bends() && !when.body_offset_bytes);
    if (!from_head && !has_body) continue;
    const auto at = from_head ? when.offset_bytes : when.body_offset_bytes;
    response_watch_.add(fault,
                        static_cast<std::uint64_t>(at.value_or(0)) + (from_head ? 0 : head.size()));
  }
  head_ = std::move(head);
  body_ = std::move(body);
  if (body_ && body_->over() && !chunked_) body_.reset();
  phase_ = Phase::answering;
}

void Http1Dialogue::go_on_answering(Instant now, bool room, Progress& progress,
                                    ActionList& actions) {
  if (const auto due = timed_due(now)) {
    progress.due = due;
    return;
  }
  bool made = true;
  while (made && progress.pieces.empty()) {
    made = make(now, room);
    auto moved = responses_.move(
        now, [&](std::string bytes) { return response_watch_.scan(std::move(bytes)); });
    for (auto& piece : moved.pieces)
      progress.pieces.push_back(std::move(piece));
    if (moved.due) {
      progress.due = Due{moved.due->fault, Point::inner_response, moved.due->offset};
      return;
    }
  }
  if (!is_made() || !responses_.drained()) return;
  if (std::exchange(cut_short_, false)) actions.emplace_back(cut_short_note());
  end_response(progress);
}

/// The next part of the answer, if there is one that may pass.
bool Http1Dialogue::make(Instant now, bool room) {
  if (responses_.full()) return false;
  if (!head_.empty()) {
    responses_.put(std::exchange(head_, {}));
    return true;
  }
  if (!body_made()) return room && make_body();
  if (!responses_.drained()) return false;
  const auto part = later_.take(now);
  if (part) responses_.put(*part);
  return part.has_value();
}

/// A chunk each piece, and one of no bytes at the end: RFC 9112 section 7.1.
bool Http1Dialogue::make_body() {
  auto piece = body_->next(kPiece);
  if (chunked_ && !piece.empty()) {
    responses_.put(fmt::format("{:x}\r\n{}\r\n", piece.size(), piece));
  } else {
    responses_.put(std::move(piece));
  }
  if (!body_->over()) return true;
  cut_short_ = body_->cut_short();
  if (chunked_ && !cut_short_) responses_.put(std::string_view("0\r\n\r\n"));
  last_ = last_ || cut_short_;  // nothing else tells the client
  body_.reset();
  return true;
}

void Http1Dialogue::end_response(Progress& progress) {
  progress.over = true;
  progress.silent = silent_;
  progress.last = last_ && !silent_;
  responses_.straighten();
  timed_.clear();
  answer_ = {};
  reader_ = RequestReader(kHeadLimit);
  continued_ = false;
  silent_ = false;
  phase_ = last_ ? Phase::over : Phase::reading;
}

}  // namespace misproxy
