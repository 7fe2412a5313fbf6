#include "origin/origin_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/encoding.hpp"
#include "http/response_text.hpp"

namespace misproxy {

OriginSession::OriginSession(const Plan& plan, const ServerContext& tls, ConnectionFacts facts,
                             std::uint16_t port)
    : plan_(plan), facts_(std::move(facts)), port_(port), tls_(tls) {}

void OriginSession::step(const Event& event, Instant, ActionList& actions) {
  if (state_ == State::over) return;
  std::visit([&](const auto& e) { on(e, actions); }, event);
  read_requests(actions);
  if (state_ == State::reading && client_done_ && !behind()) hang_up(Ending::fin, true, actions);
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
  client_done_ = true;
  const bool answering = state_ == State::body || behind();
  if (event.how == Ending::rst || !answering) hang_up(Ending::fin, true, actions);
}

void OriginSession::on(const Drained&, ActionList& actions) {
  undrained_ = 0;
  if (state_ == State::body) send_body(actions);
}

void OriginSession::on(const Fired& event, ActionList& actions) {
  if (event.timer == Timer::limit && !record_.empty()) return decrypt(actions);
  if (event.timer == Timer::work && state_ == State::hashing) return hash_on(actions);
  if (event.timer != Timer::stall || state_ != State::waiting) return;
  state_ = State::body;
  if (stalled_at_ == Point::inner_request) {
    answer(actions);
  } else {
    send_body(actions);
  }
  const auto held = std::exchange(held_, {});
  if (!held.empty() && state_ != State::over) take_ciphertext(held, actions);
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
  input_ += tls_.receive(std::exchange(record_, {}));
  if (tls_.state() == ServerTls::State::failed) {
    actions.emplace_back(
        Note(Point::tunnel, Party::client, Cause::peer, "tls-failed").with("why", tls_.failure()));
    return hang_up(Ending::fin, false, actions);
  }
  if (!was_open && tls_.state() != ServerTls::State::handshake) note_handshake(actions);
  client_done_ = client_done_ || tls_.state() == ServerTls::State::closed_by_peer;
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
                           .with("server_name", tls_.server_name()));
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

void OriginSession::refuse(const RequestError& error, ActionList& actions) {
  actions.emplace_back(Note(Point::inner_request, Party::origin, Cause::peer, "refuse")
                           .with("status", error.status)
                           .with("why", error.reason));
  tls_.send(refusal_text(error.status, refusal_reason(error.status), error.reason));
  hang_up(Ending::fin, true, actions);
}

void OriginSession::take_request(ActionList& actions) {
  const auto& head = *reader_.head();
  actions.emplace_back(Note(Point::inner_request, Party::client, Cause::peer, "inner-request")
                           .with("method", head.method)
                           .with("target", head.target)
                           .with("body_bytes", static_cast<std::int64_t>(reader_.body_bytes())));
  if (const auto* fault = plan_.fault_at(Point::inner_request, facts_)) {
    return perform(*fault, Point::inner_request, actions);
  }
  answer(actions);
}

// --- faults

void OriginSession::perform(const Fault& fault, Point point, ActionList& actions) {
  Note note(point, Party::origin, Cause::injected, word(fault.deed_word()));
  note.fault = fault.id;
  if (point == Point::inner_response) {
    note.fields.emplace_back("body_offset", static_cast<std::int64_t>(sent_));
  }
  stalled_at_ = point;
  if (const auto* deed = std::get_if<Respond>(&fault.deed)) {
    if (!deed->raw) note.fields.emplace_back("status", deed->status);
    actions.emplace_back(std::move(note).with("body_bytes", deed->body_bytes()));
    return respond(*deed, actions);
  }
  if (const auto* deed = std::get_if<Close>(&fault.deed)) {
    actions.emplace_back(std::move(note).with("how", std::string(word(deed->how))));
    return hang_up(deed->ending(), deed->how == Close::How::fin, actions);
  }
  const auto& deed = std::get<Stall>(fault.deed);
  if (deed.for_ms) note.fields.emplace_back("for_ms", deed.for_ms->count());
  actions.emplace_back(std::move(note));
  stall(deed, actions);
}

void OriginSession::respond(const Respond& deed, ActionList& actions) {
  tls_.send(deed.wire(false, reader_.head()->method != "HEAD"));
  if (deed.is_interim()) return answer(actions);
  if (deed.ends_connection() || !reader_.head()->keep_alive) {
    return hang_up(Ending::fin, true, actions);
  }
  end_answer(actions);
}

void OriginSession::stall(const Stall& deed, ActionList& actions) {
  state_ = State::quiet;
  if (!deed.for_ms) return;
  state_ = State::waiting;
  actions.emplace_back(StartTimer{Timer::stall, *deed.for_ms});
}

// --- the answer

std::string OriginSession::authority() const {
  const auto name = tls_.server_name();
  const auto host = is_host(name) ? name : facts_.host;
  return port_ == 443 ? host : Endpoint{host, port_}.text();
}

void OriginSession::answer(ActionList& actions) {
  answer_ = answer_for(reader_.head()->target, authority(), reader_.body_bytes());
  if (!answer_.download_bytes) return begin_answer(actions);
  state_ = State::hashing;
  hash_.emplace();
  hashed_ = 0;
  hash_on(actions);
}

/// Repr-Digest stands before the body (RFC 9530 section 3), so the body is made twice: here for its
/// digest, in slices, and then to be sent.
void OriginSession::hash_on(ActionList& actions) {
  const auto size = *answer_.download_bytes;
  const auto bytes = plan_.download(size);
  std::string piece(static_cast<std::size_t>(std::min<std::uint64_t>(size, kPiece)), '\0');
  for (std::size_t slice = 0; slice < kHashedAtOnce && hashed_ < size; slice += piece.size()) {
    piece.resize(static_cast<std::size_t>(std::min<std::uint64_t>(size - hashed_, kPiece)));
    bytes.fill(hashed_, piece);
    hash_->update(piece);
    hashed_ += piece.size();
  }
  if (hashed_ < size) {
    actions.emplace_back(StartTimer{Timer::work, Duration::zero()});
    return;
  }
  answer_.headers.push_back(fmt::format("Repr-Digest: sha-256=:{}:", to_base64(hash_->finish())));
  hash_.reset();
  begin_answer(actions);
}

void OriginSession::begin_answer(ActionList& actions) {
  const bool head_only = reader_.head()->method == "HEAD";
  if (!reader_.head()->keep_alive) answer_.headers.emplace_back("Connection: close");
  tls_.send(response_head(answer_.status, answer_.reason, answer_.headers, answer_.body_bytes()));
  actions.emplace_back(Note(Point::inner_response, Party::origin, Cause::peer, "inner-response")
                           .with("status", answer_.status)
                           .with("body_bytes", static_cast<std::int64_t>(answer_.body_bytes())));
  state_ = State::body;
  sent_ = head_only ? answer_.body_bytes() : 0;
  body_fault_ = plan_.fault_at(Point::inner_response, facts_);
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
