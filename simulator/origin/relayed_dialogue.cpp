#include "origin/relayed_dialogue.hpp"
#include "http/told_field.hpp"

#include <algorithm>
#include <utility>

namespace misproxy {
namespace {

/// A 101 is the last of its kind. Source: RFC 9110 section 15.2.
bool is_interim(const ResponseHead& head) { return head.status / 100 == 1 && head.status != 101; }

}  // namespace

Dialogue::Progress RelayedDialogue::go_on(Instant now, Client client, ActionList& actions) {
  if (passes_all_) return pass_all();
  Progress progress;
  if (phase_ == Phase::reading && !far_.heard.empty()) {
    if (exchange_) {
      answer(now, progress, actions);
    } else {
      progress.pieces.push_back(std::exchange(far_.heard, {}));  // nobody has asked
    }
  }
  if (progress.any()) return progress;
  progress = Http1Dialogue::go_on(now, client, actions);
  const bool idle = phase_ == Phase::reading || phase_ == Phase::choosing;
  if (!progress.any() && idle && far_.heard.empty()) progress.end = far_.ended;
  return progress;
}

// --- the request

void RelayedDialogue::pass(std::string_view bytes) {
  held_ += bytes;
  if (!reader_.head()) return;
  if (!exchange_) {
    exchange_ = Exchange{ResponseReader(kind())};
    exchange_->waits = !turn_faults().empty();
  }
  if (!exchange_->waits || held_.size() > kMostHeld) release();
}

void RelayedDialogue::release() {
  exchange_->gone_on = exchange_->gone_on || !held_.empty();
  far_.asked += std::exchange(held_, {});
}

/// The origin is not asked before the turn, and the client waits for somebody's word.
void RelayedDialogue::heed_expectation(Instant, Progress& progress, ActionList&) {
  const bool is_due = reader_.head()->expects_continue && exchange_->waits;
  if (!is_due || std::exchange(exchange_->continued, true)) return;
  progress.pieces.emplace_back("HTTP/1.1 100 Continue\r\n\r\n");
}

void RelayedDialogue::choose(ActionList&) { release(); }

/// The far side, where it has a part of the request, would wait for the rest for ever.
void RelayedDialogue::respond(const Answer& answer, Instant now) {
  Http1Dialogue::respond(answer, now);
  if (answer.is_interim()) return;
  held_.clear();
  last_ = last_ || exchange_->gone_on;
}

// --- the answer

void RelayedDialogue::answer(Instant now, Progress& progress, ActionList& actions) {
  while (!far_.heard.empty() && !passes_all_ && !exchange_->response.head()) {
    hear_head(progress, actions);
    const auto& head = exchange_->response.head();
    if (head && is_interim(*head)) take_interim(progress);
  }
  if (exchange_->response.head()) take_head(now, actions);
}

/// A line at most, so that the head ends with what is taken.
void RelayedDialogue::hear_head(Progress& progress, ActionList& actions) {
  auto& heard = far_.heard;
  const auto line = std::min(heard.find('\n'), heard.size() - 1) + 1;
  const auto taken = exchange_->response.feed(std::string_view(heard).substr(0, line));
  head_ += heard.substr(0, taken);
  heard.erase(0, taken);
  const auto& error = exchange_->response.error();
  if (!error) return;
  actions.emplace_back(
      Note(Point::inner_response, Party::origin, Cause::environment, "bad-response")
          .with("why", *error));
  progress.pieces.push_back(std::exchange(head_, {}));
  passes_all_ = true;
}

void RelayedDialogue::take_interim(Progress& progress) {
  const bool is_told = exchange_->continued && exchange_->response.head()->status == 100;
  auto text = std::exchange(head_, {});
  exchange_->response = ResponseReader(kind());
  if (!is_told) progress.pieces.push_back(std::move(text));
}

void RelayedDialogue::take_head(Instant now, ActionList& actions) {
  const auto& head = *exchange_->response.head();
  actions.emplace_back(Note(Point::inner_response, Party::origin, Cause::peer, "inner-response")
                           .with("status", head.status)
                           .measuring("http_version", head.version == 10 ? "1.0" : "1.1")
                           .measuring("fields", told_head(head_)));
  last_ = !reader_.head()->keep_alive || !head.keep_alive || head.ends_with_connection() ||
          !reader_.complete();
  exchange_->relays = true;
  begin_response(std::exchange(head_, {}), std::nullopt, head.has_body, now);
}

bool RelayedDialogue::body_made() const {
  if (!Http1Dialogue::body_made()) return false;
  return !exchange_->relays || exchange_->cut || exchange_->response.complete();
}

/// What is wrong passes too.
bool RelayedDialogue::make_body() {
  if (!exchange_->relays) return Http1Dialogue::make_body();
  auto& response = exchange_->response;
  if (far_.heard.empty()) {
    if (!far_.ended) return false;
    exchange_->cut = response.end_of_input() != ResponseReader::AtEnd::complete;
    return true;
  }
  const auto piece = std::string_view(far_.heard).substr(0, kPiece);
  auto taken = piece.size();
  if (!exchange_->garbled) {
    taken = response.feed(piece);
    exchange_->garbled = response.error().has_value();
  }
  if (exchange_->garbled) taken = piece.size();
  responses_.put(piece.substr(0, taken));
  far_.heard.erase(0, taken);
  return true;
}

void RelayedDialogue::end_response(Progress& progress) {
  const bool switches = exchange_->relays && exchange_->response.head()->status == 101;
  const bool cut = exchange_->cut;
  Http1Dialogue::end_response(progress);
  exchange_.reset();
  passes_all_ = switches;
  if (switches || cut) progress.last = false;
  if (cut) progress.end = far_.ended;
}

Dialogue::Progress RelayedDialogue::pass_all() {
  Progress progress;
  far_.asked += std::exchange(input_, {});
  if (!far_.heard.empty()) progress.pieces.push_back(std::exchange(far_.heard, {}));
  if (progress.pieces.empty()) progress.end = far_.ended;
  return progress;
}

}  // namespace misproxy
