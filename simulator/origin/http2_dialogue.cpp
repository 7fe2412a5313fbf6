#include "origin/http2_dialogue.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/encoding.hpp"
#include "origin/exchange_note.hpp"

namespace misproxy {
namespace {

bool takes_time(const Fault& fault) {
  const auto effect = fault.effect();
  const auto* bend = std::get_if<Bend>(&effect);
  return bend != nullptr && !is_instant(*bend);
}

Cut pass_all(std::string bytes) {
  Cut cut;
  cut.pass = std::move(bytes);
  return cut;
}

std::uint64_t place_of(const Fault& fault) {
  const auto& when = fault.when;
  return static_cast<std::uint64_t>(when.offset_bytes.value_or(when.body_offset_bytes.value_or(0)));
}

}  // namespace

Dialogue::Progress Http2Dialogue::go_on(Instant now, Client client, ActionList& actions) {
  Progress progress;
  if (phase_ == Phase::over) return progress;
  progress.due = timed_due(now);
  if (progress.due || !client.room) return progress;
  if (!parting_) progress.due = read(now, actions);
  if (!progress.due && !parting_) progress.due = take_turns(now, actions);
  if (progress.due) return progress;
  speak(now, progress, actions);
  if (!progress.any()) end(progress, actions);
  return progress;
}

std::optional<Instant> Http2Dialogue::wake(Direction direction) const {
  if (direction == Direction::to_client) return earlier(frames_.wake(), later_.wake());
  std::optional<Instant> first;
  for (const auto& [stream, body] : requests_) {
    const auto at = body.lane.wake();
    if (at && (!first || *at < *first)) first = at;
  }
  return first;
}

void Http2Dialogue::bend(const Due& due, const Bend& bend) {
  auto key = plan_.bend_key(*due.fault, facts_, due.offset);
  if (due.point == Point::inner_request) {
    const auto found = requests_.find(due_request_);
    if (found != requests_.end()) found->second.lane.bend(bend, std::move(key));
  } else if (is_instant(bend)) {
    response_.body->bend(bend, std::move(key));
  } else {
    frames_.bend(bend, std::move(key));
    slowed_ = true;
  }
}

// --- requests

/// Frame by frame, and no further than to the first fault.
std::optional<Dialogue::Due> Http2Dialogue::read(Instant now, ActionList& actions) {
  std::erase_if(requests_, [&](const auto& entry) { return !server_.is_open(entry.first); });
  bool full = false;
  for (auto& [stream, body] : requests_) {
    due_request_ = stream;
    if (const auto due = move(body, now)) return due;
    full = full || body.lane.full();
  }
  while (!full) {
    const auto frame = server_.take_frame();
    if (!frame) break;
    if (frame->begun) begin_request(*frame->begun);
    if (frame->expects_continue) heed_expectation(frame->begun.value_or(0), now, actions);
    due_request_ = frame->begun.value_or(frame->stream);
    const auto found = requests_.find(due_request_);
    if (found == requests_.end()) continue;
    found->second.lane.put(frame->body);
    if (const auto due = move(found->second, now)) return due;
    full = found->second.lane.full();
  }
  return std::nullopt;
}

std::optional<Dialogue::Due> Http2Dialogue::move(RequestBody& body, Instant now) {
  const auto passed = body.lane.move(now);
  body.bytes += passed.size();
  body.hash.update(passed);
  const auto cut = body.lane.take_due();
  if (!cut) return std::nullopt;
  return Due{cut->fault, Point::inner_request, cut->offset};
}

void Http2Dialogue::begin_request(std::int32_t stream) {
  if (!server_.is_open(stream)) return;
  const auto& head = server_.request(stream).head;
  take_facts_of(head, ++requests_begun_);
  auto& body = requests_[stream];
  for (const auto* fault : plan_.faults_at(Point::inner_request, facts_)) {
    const bool of_the_stream = fault->when.at_byte() || fault->bends();
    if (of_the_stream) body.lane.watch(fault, place_of(*fault));
  }
}

/// A refusal comes before the body, and the request is over with it.
void Http2Dialogue::heed_expectation(std::int32_t stream, Instant now, ActionList& actions) {
  if (!server_.is_open(stream)) return;
  const auto& head = server_.request(stream).head;
  switch (site_.on_expect(head)) {
    case OriginRoute::OnExpect::goes_on:
      return server_.interim(stream, 100, {});
    case OriginRoute::OnExpect::refused:
      actions.emplace_back(Note(Point::inner_request, Party::origin, Cause::peer, "refuse")
                               .with("status", 417)
                               .with("why", std::string(kExpectationRefused)));
      refused_.insert(stream);
      return server_.answer(stream, 417, own_headers(now), 0, std::nullopt);
    case OriginRoute::OnExpect::unheard:
      return;
  }
}

std::optional<Dialogue::Due> Http2Dialogue::take_turns(Instant now, ActionList& actions) {
  while (true) {
    if (phase_ == Phase::idle && !take_request(actions)) return std::nullopt;
    const bool turns = phase_ == Phase::turn || phase_ == Phase::starting;
    const auto* fault = turns ? agenda_.next() : nullptr;
    if (fault != nullptr) return Due{fault, agenda_.point()};
    if (phase_ == Phase::turn) {
      phase_ = Phase::choosing;
      choose_answer(current_->head, received_, actions);
    }
    if (phase_ == Phase::starting) submit();
    if (phase_ != Phase::choosing) continue;
    if (hashing()) return std::nullopt;
    answer(now, actions);
  }
}

bool Http2Dialogue::take_request(ActionList& actions) {
  if (reserved() || last_) return false;
  if (!current_) current_ = server_.next_request();
  if (!current_) return false;
  if (refused_.erase(current_->stream) > 0) {
    current_.reset();
    return take_request(actions);
  }
  const auto found = requests_.find(current_->stream);
  if (found != requests_.end()) {
    if (!found->second.lane.drained()) return false;
    received_ = {found->second.bytes, to_hex(found->second.hash.finish())};
    current_->body_bytes = received_.bytes;
    requests_.erase(found);
  }
  actions.emplace_back(request_note(current_->head, current_->body_bytes, current_->body_sha256));
  take_facts_of(current_->head, ++requests_taken_);
  agenda_ = turn_faults();
  phase_ = Phase::turn;
  return true;
}

// --- responses

void Http2Dialogue::respond(const Answer& answer, Instant now) {
  const auto status = static_cast<int>(answer.status);
  silent_ = answer.silent;
  if (answer.raw) {
    parting_ = true;
    later_.begin(answer.more);
    return frames_.put(*answer.raw);
  }
  if (answer.is_interim()) return server_.interim(current_->stream, status, answer.headers);
  Response response{current_->stream, status, answer.headers, std::nullopt, nullptr};
  if (status != 204) response.length = answer.body.size();
  if (answer.ends_connection()) last_ = current_->stream;
  std::optional<OriginAnswer> body;
  if (current_->head.method != "HEAD" && !answer.body.empty()) {
    body.emplace();
    body->text = answer.body;
  }
  begin_response(std::move(response), body, now);
}

void Http2Dialogue::answer(Instant now, ActionList& actions) {
  const auto& head = current_->head;
  Response response{current_->stream, answer_.status, own_headers(now), std::nullopt, nullptr};
  response.headers.insert(response.headers.end(), answer_.headers.begin(), answer_.headers.end());
  actions.emplace_back(response_note(head, answer_.status, answer_.body_bytes(), response.headers));
  const bool has_body = head.method != "HEAD" && answer_.may_have_body();
  const bool is_sized = !answer_.gzip && answer_.framing == OriginRoute::Framing::length;
  if (answer_.may_have_body() && is_sized) {
    response.length = answer_.said_length.value_or(answer_.body_bytes());
  }
  begin_response(std::move(response), has_body ? std::optional(answer_) : std::nullopt, now);
  answer_ = {};
}

void Http2Dialogue::begin_response(Response response, const std::optional<OriginAnswer>& body,
                                   Instant now) {
  facts_.status = response.status;
  facts_.headers = response.headers;
  if (response.length) {
    facts_.headers.push_back(fmt::format("content-length: {}", *response.length));
  }
  const auto faults = plan_.faults_at(Point::inner_response, facts_);
  // How long what is coded will be is not known; a fault behind its end never acts.
  const auto size = !body ? 0 : (body->gzip ? UINT64_MAX : body->body_bytes());
  if (body) response.body = std::make_shared<BodyLane>(stream_of(*body, plan_));
  std::vector<const Fault*> first;
  for (const auto* fault : faults) {
    if (fault->when.after_ms) continue;
    if (takes_time(*fault) && !fault->when.at_byte()) {
      first.push_back(fault);
    } else if (response.body && place_of(*fault) <= size) {  // else the body is too short for it
      response.body->watch(fault, place_of(*fault));
    }
  }
  if (size == 0 && response.body && !response.body->waits()) response.body.reset();
  plan_timed(faults, now);
  response_ = std::move(response);
  agenda_ = Agenda(Point::inner_response, std::move(first));
  phase_ = Phase::starting;
}

void Http2Dialogue::submit() {
  std::optional<Http2Body> body;
  if (response_.body) {
    body = Http2Body{[lane = response_.body](std::span<char> room) { return lane->read(room); }};
  }
  server_.answer(response_.stream, response_.status, response_.headers, response_.length,
                 std::move(body));
  if (last_) server_.say_goodbye();
  current_.reset();
  under_way_ = true;
  phase_ = Phase::idle;
}

bool Http2Dialogue::reserved() const {
  const bool waits = response_.body && response_.body->waits();
  return under_way_ && (waits || slowed_ || !timed_.empty());
}

// --- frames

void Http2Dialogue::speak(Instant now, Progress& progress, ActionList& actions) {
  bool taken = true;
  while (taken && progress.pieces.empty()) {
    taken = take_frames(now);
    auto moved = frames_.move(now, pass_all);
    for (auto& piece : moved.pieces)
      progress.pieces.push_back(std::move(piece));
  }
  if (!under_way_ || !frames_.drained()) return;
  if (!server_.is_open(response_.stream)) {  // it is out, or the client has reset it
    end_response(progress, actions);
  } else if (response_.body && response_.body->is_due()) {
    const auto cut = *response_.body->take_due();
    server_.resume(response_.stream);
    progress.due = Due{cut.fault, Point::inner_response, cut.offset};
  }
}

bool Http2Dialogue::take_frames(Instant now) {
  if (frames_.full()) return false;
  if (parting_) {
    const auto part = frames_.drained() ? later_.take(now) : std::nullopt;
    if (part) frames_.put(*part);
    return part.has_value();
  }
  auto frames = server_.take_output(kPiece);
  const bool any = !frames.empty();
  frames_.put(std::move(frames));
  return any;
}

void Http2Dialogue::end_response(Progress& progress, ActionList& actions) {
  if (response_.body && response_.body->cut_short()) actions.emplace_back(cut_short_note());
  progress.over = true;
  progress.silent = silent_;
  under_way_ = false;
  response_.body.reset();
  timed_.clear();
  if (std::exchange(slowed_, false)) frames_.straighten();
}

void Http2Dialogue::end(Progress& progress, ActionList& actions) {
  const bool over = server_.ended() || (last_ && !server_.is_open(*last_)) || parting_;
  if (!over || !frames_.drained() || !later_.done()) return;
  if (parting_ && silent_) {
    progress.silent = true;
    return;
  }
  if (!server_.failure().empty()) {
    actions.emplace_back(Note(Point::inner_request, Party::origin, Cause::peer, "refuse")
                             .with("why", "not HTTP/2: " + server_.failure()));
  }
  progress.last = true;
  phase_ = Phase::over;
}

}  // namespace misproxy
