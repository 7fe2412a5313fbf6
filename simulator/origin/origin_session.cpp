#include "origin/origin_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/ensure.hpp"
#include "http/response_text.hpp"
#include "http/status_reason.hpp"
#include "origin/exchange_note.hpp"

namespace misproxy {

OriginSession::OriginSession(const Plan& plan, FaultCounts& counts, const ServerContext& tls,
                             ConnectionFacts facts, std::uint16_t port, CivilTime began)
    : plan_(plan),
      counts_(counts),
      facts_(std::move(facts)),
      port_(port),
      began_(began),
      tls_(tls) {}

void OriginSession::step(const Event& event, Instant now, ActionList& actions) {
  if (state_ == State::over) return;
  now_ = now;
  std::visit([&](const auto& e) { on(e, actions); }, event);
  read_requests(actions);
  if (state_ == State::reading && client_done_ && !answering()) hang_up(Ending::fin, true, actions);
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
  if (state_ == State::quiet) return;
  if (state_ == State::waiting) {
    held_ += event.bytes;
  } else {
    take_ciphertext(event.bytes, actions);
  }
}

void OriginSession::on(const Closed& event, ActionList& actions) {
  if (units_.lost() && state_ == State::reading) decrypt(actions);
  if (state_ == State::over) return;
  note_unasked(word(event.how), actions);
  client_done_ = true;
  if (event.how == Ending::rst || !answering()) hang_up(Ending::fin, true, actions);
}

void OriginSession::on(const Drained&, ActionList& actions) {
  undrained_ = 0;
  if (state_ == State::body) send_body(actions);
}

void OriginSession::on(const Fired& event, ActionList& actions) {
  if (event.timer == Timer::limit && !record_.empty()) return decrypt(actions);
  if (event.timer == Timer::work && http2_) return http2_->hash_on(own_headers(), actions);
  if (event.timer == Timer::work && state_ == State::hashing) return hash_on(actions);
  if (event.timer != Timer::stall || state_ != State::waiting) return;
  after_stall(actions);
  const auto held = std::exchange(held_, {});
  if (!held.empty() && state_ != State::over) take_ciphertext(held, actions);
}

void OriginSession::after_stall(ActionList& actions) {
  state_ = http2_ ? State::reading : State::body;
  go_on_after(stalled_at_, actions);
}

void OriginSession::go_on_after(Point point, ActionList& actions) {
  const bool before_answer = point == Point::inner_request;
  if (before_answer) return http2_ ? http2_->answer(own_headers(), actions) : answer(actions);
  return http2_ ? http2_->go_on_with_body() : send_body(actions);
}

/// What it has been asked for is not all out yet.
bool OriginSession::answering() const {
  const bool on_streams = state_ == State::reading && http2_ && http2_->busy();
  return state_ == State::body || behind() || on_streams;
}

// --- TLS

/// TLS is given whole records, one after the other, each answered before the next: what it makes of
/// them does not depend on how they were cut.
void OriginSession::take_ciphertext(std::string_view bytes, ActionList& actions) {
  while (!bytes.empty() && state_ != State::over) {
    const bool was_lost = units_.lost();
    const auto taken = units_.take(bytes);
    record_ += bytes.substr(0, taken);
    bytes.remove_prefix(taken);
    if (units_.lost() && !was_lost) actions.emplace_back(StartTimer{Timer::limit, kNoTlsLimit});
    if (!units_.complete()) return;
    decrypt(actions);
    read_requests(actions);
  }
}

void OriginSession::decrypt(ActionList& actions) {
  const bool was_open = tls_.state() != ServerTls::State::handshake;
  const auto plaintext = tls_.receive(std::exchange(record_, {}));
  input_ += plaintext;
  asked_ = asked_ || !plaintext.empty();
  note_hello(actions);
  if (tls_.state() == ServerTls::State::failed) {
    actions.emplace_back(
        Note(Point::tunnel, Party::client, Cause::peer, "tls-failed").with("why", tls_.failure()));
    if (tls_.alert_received()) note_unasked("alert", actions);
    return hang_up(Ending::fin, false, actions);
  }
  if (!was_open && tls_.state() != ServerTls::State::handshake) note_handshake(actions);
  if (tls_.state() != ServerTls::State::closed_by_peer) return;
  note_unasked("close_notify", actions);
  client_done_ = true;
}

/// What varies with the client's version is measured, and no part of the digest.
void OriginSession::note_hello(ActionList& actions) {
  if (hello_told_ || !tls_.client_hello()) return;
  hello_told_ = true;
  actions.emplace_back(
      Note(Point::tunnel, Party::client, Cause::peer, "client-hello")
          .measuring("bytes", static_cast<std::int64_t>(tls_.client_hello()->bytes))
          .measuring("alpn_offered", tls_.client_hello()->alpn));
}

/// A client that does not trust the certificate often says nothing of it: it goes, before its
/// Finished or behind it, and has asked for nothing. How it goes is the machine's mood.
void OriginSession::note_unasked(std::string_view how, ActionList& actions) {
  if (asked_ || !tls_.certificate_sent() || std::exchange(unasked_told_, true)) return;
  Note note(Point::tunnel, Party::client, Cause::peer, "closed-after-certificate");
  note.measured.emplace_back("how", std::string(how));
  if (const auto alert = tls_.alert_received()) {
    note.measured.emplace_back("alert", std::int64_t{*alert});
  }
  actions.emplace_back(std::move(note));
}

/// A client that goes on asking while it is being answered is read again when it has been.
void OriginSession::bound_input(ActionList& actions) {
  const bool full = state_ != State::over && input_.size() + held_.size() > kMostHeld;
  if (full == paused_) return;
  paused_ = full;
  if (full) {
    actions.emplace_back(Pause{Party::client});
  } else {
    actions.emplace_back(Resume{Party::client});
  }
}

void OriginSession::note_handshake(ActionList& actions) {
  actions.emplace_back(Note(Point::tunnel, Party::origin, Cause::peer, "tls-handshake")
                           .with("version", tls_.version())
                           .with("server_name", tls_.server_name())
                           .measuring("alpn", tls_.protocol())
                           .measuring("resumed", std::int64_t{tls_.resumed()}));
  if (tls_.protocol() == "h2") http2_.emplace(plan_, facts_, authority());
}

void OriginSession::flush(ActionList& actions) {
  auto bytes = tls_.take_output();
  if (tls_.key_log().size() > secrets_told_) {
    actions.emplace_back(Secrets{tls_.key_log().substr(secrets_told_)});
    secrets_told_ = tls_.key_log().size();
  }
  if (bytes.empty()) return;
  undrained_ += bytes.size();
  // What TLS has to say goes out before the connection ends, and after what was sent before it.
  const auto end = std::find_if(actions.begin(), actions.end(), [](const Action& action) {
    return std::holds_alternative<Hangup>(action);
  });
  actions.insert(end, Send{Party::client, std::move(bytes)});
}

// --- requests

void OriginSession::read_requests(ActionList& actions) {
  if (http2_) return go_on_in_http2(actions);
  const auto may_go_on = [&] { return state_ == State::reading && !input_.empty() && !behind(); };
  while (may_go_on() && read_one(actions)) {
    flush(actions);
  }
}

/// True where a request was taken, so that another may follow it in what has come.
bool OriginSession::read_one(ActionList& actions) {
  if (!reader_.head()) input_.erase(0, reader_.feed_head(input_));
  if (reader_.head() && !reader_.complete() && !reader_.error()) {
    if (reader_.head()->expects_continue && !std::exchange(continued_, true)) {
      tls_.send("HTTP/1.1 100 Continue\r\n\r\n");
    }
    if (!input_.empty()) input_.erase(0, reader_.feed_body(input_));
  }
  if (reader_.error()) {
    refuse(*reader_.error(), actions);
    return false;
  }
  if (!reader_.complete()) return false;
  take_request(actions);
  return true;
}

/// As far as the client takes it: a piece, and no more until it is handed on.
void OriginSession::go_on_in_http2(ActionList& actions) {
  const auto ready = [&] { return state_ == State::reading && undrained_ < kPiece; };
  while (ready()) {
    if (!input_.empty()) http2_->receive(std::exchange(input_, {}));
    if (const auto due = http2_->take_requests(own_headers(), actions)) {
      perform_due(*due, actions);
      continue;
    }
    const auto frames = http2_->take_output(kPiece);
    tls_.send(frames);
    flush(actions);
    if (const auto due = http2_->body_fault()) {
      perform_due(*due, actions);
    } else if (frames.empty()) {
      break;
    }
  }
  if (!ready()) return;
  // What stands still now would wait for a window that nobody opens any more.
  if (client_done_ && undrained_ == 0) return hang_up(Ending::fin, true, actions);
  if (!http2_->ended()) return;
  if (!http2_->failure().empty()) {
    actions.emplace_back(Note(Point::inner_request, Party::origin, Cause::peer, "refuse")
                             .with("why", "not HTTP/2: " + http2_->failure()));
  }
  hang_up(Ending::fin, true, actions);
}

void OriginSession::perform_due(const Http2Dialogue::Due& due, ActionList& actions) {
  sent_ = due.body_offset;
  perform(*due.fault, due.point, actions);
}

void OriginSession::refuse(const RequestError& error, ActionList& actions) {
  actions.emplace_back(Note(Point::inner_request, Party::origin, Cause::peer, "refuse")
                           .with("status", error.status)
                           .with("why", error.reason));
  tls_.send(refusal_text(error.status, error.reason, own_headers()));
  hang_up(Ending::fin, true, actions);
}

void OriginSession::take_request(ActionList& actions) {
  const auto& head = *reader_.head();
  actions.emplace_back(request_note(head, reader_.body_bytes()));
  const auto faults = plan_.faults_at(Point::inner_request, facts_);
  if (!faults.empty()) return perform(*faults.front(), Point::inner_request, actions);
  answer(actions);
}

// --- faults

void OriginSession::perform(const Fault& fault, Point point, ActionList& actions) {
  if (!counts_.claim(fault)) return go_on_after(point, actions);
  Note note(point, Party::origin, Cause::injected, fault.word());
  note.fault = fault.id;
  if (point == Point::inner_response) {
    note.fields.emplace_back("body_offset", static_cast<std::int64_t>(sent_));
  }
  for (auto& field : fault.told())
    note.fields.push_back(std::move(field));
  actions.emplace_back(std::move(note));
  stalled_at_ = point;
  std::visit([&](const auto& effect) { apply(effect, actions); }, fault.effect());
}

void OriginSession::apply(const Answer& answer, ActionList& actions) {
  if (http2_ && !answer.raw) {
    http2_->respond(answer);
    if (answer.is_interim()) http2_->answer(own_headers(), actions);
    return;
  }
  if (http2_) {
    tls_.send(*answer.raw);
    return hang_up(Ending::fin, true, actions);
  }
  tls_.send(answer.wire(false, reader_.head()->method != "HEAD"));
  if (answer.is_interim()) return this->answer(actions);
  if (answer.ends_connection() || !reader_.head()->keep_alive) {
    return hang_up(Ending::fin, true, actions);
  }
  end_answer(actions);
}

void OriginSession::apply(const End& end, ActionList& actions) {
  hang_up(end.how, end.how == Ending::fin && end.close_notify, actions);
}

void OriginSession::apply(const Hold& hold, ActionList& actions) {
  state_ = State::quiet;
  if (!hold.for_ms) return;
  state_ = State::waiting;
  actions.emplace_back(StartTimer{Timer::stall, *hold.for_ms});
}

void OriginSession::apply(const Alert&, ActionList&) { ensure(false, "to come"); }
void OriginSession::apply(const Bend&, ActionList&) { ensure(false, "to come"); }
void OriginSession::apply(const UpstreamFailure&, ActionList&) {
  ensure(false, "only a proxy has an upstream");
}
void OriginSession::apply(const Fate&, ActionList&) {
  ensure(false, "a segment's fate is the path's, and no origin's");
}

// --- the answer

std::string OriginSession::authority() const {
  const auto name = tls_.server_name();
  const auto host = is_host(name) ? name : facts_.host;
  return port_ == 443 ? host : Endpoint{host, port_}.text();
}

void OriginSession::answer(ActionList& actions) {
  const auto& head = *reader_.head();
  answer_ = answer_for({head.method, head.target, reader_.body_bytes()}, authority());
  if (!answer_.download_bytes || !head.wants_digest) return begin_answer(actions);
  state_ = State::hashing;
  digest_.emplace(plan_, *answer_.download_bytes);
  hash_on(actions);
}

void OriginSession::hash_on(ActionList& actions) {
  auto header = digest_->go_on();
  if (!header) return actions.push_back(StartTimer{Timer::work, Duration::zero()});
  answer_.headers.push_back(std::move(*header));
  digest_.reset();
  begin_answer(actions);
}

std::vector<std::string> OriginSession::own_headers() const {
  const auto at = began_ + std::chrono::floor<std::chrono::seconds>(now_);
  return {fmt::format("Date: {}", http_date(at)), "Server: misproxy"};
}

void OriginSession::begin_answer(ActionList& actions) {
  const bool head_only = reader_.head()->method == "HEAD";
  auto headers = own_headers();
  headers.insert(headers.end(), answer_.headers.begin(), answer_.headers.end());
  if (!reader_.head()->keep_alive) headers.emplace_back("Connection: close");
  tls_.send(
      response_head(answer_.status, status_reason(answer_.status), headers,
                    answer_.status == 204 ? std::nullopt : std::optional(answer_.body_bytes())));
  actions.emplace_back(response_note(*reader_.head(), answer_.status, answer_.body_bytes()));
  state_ = State::body;
  sent_ = head_only ? answer_.body_bytes() : 0;
  const auto faults = plan_.faults_at(Point::inner_response, facts_);
  body_fault_ = faults.empty() ? nullptr : faults.front();
  send_body(actions);
}

std::string OriginSession::next_piece(std::uint64_t up_to) {
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, up_to - sent_));
  if (!answer_.download_bytes) return answer_.text.substr(static_cast<std::size_t>(sent_), size);
  std::string piece(size, '\0');
  plan_.download(*answer_.download_bytes).fill(sent_, piece);
  return piece;
}

void OriginSession::send_body(ActionList& actions) {
  std::uint64_t up_to = answer_.body_bytes();
  const bool cut = body_fault_ != nullptr && reader_.head()->method != "HEAD";
  if (cut) {
    const auto at = static_cast<std::uint64_t>(body_fault_->when.body_offset_bytes.value_or(0));
    if (at <= up_to)
      up_to = at;
    else
      body_fault_ = nullptr;  // the body is too short for it
  }
  if (sent_ < up_to) {
    const auto piece = next_piece(up_to);
    tls_.send(piece);
    sent_ += piece.size();
  }
  if (sent_ < up_to) return;  // `Drained` goes on
  if (cut && body_fault_ != nullptr) {
    return perform(*std::exchange(body_fault_, nullptr), Point::inner_response, actions);
  }
  if (sent_ == answer_.body_bytes()) end_answer(actions);
}

void OriginSession::end_answer(ActionList& actions) {
  const bool last = !reader_.head()->keep_alive || client_done_;
  if (last) return hang_up(Ending::fin, true, actions);
  state_ = State::reading;
  reader_ = RequestReader(kHeadLimit);
  continued_ = false;
}

void OriginSession::hang_up(Ending how, bool close_notify, ActionList& actions) {
  if (close_notify) tls_.close();
  actions.emplace_back(Hangup{Party::client, how});
  flush(actions);
  state_ = State::over;
}

}  // namespace misproxy
