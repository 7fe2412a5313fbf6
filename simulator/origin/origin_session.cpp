#include "origin/origin_session.hpp"

#include <algorithm>
#include <utility>

#include "origin/http1_dialogue.hpp"
#include "origin/http2_dialogue.hpp"

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
  converse(actions);
  set_alarms(actions);
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
  if (units_.lost() && state_ == State::talking) decrypt(actions);
  if (state_ == State::over) return;
  note_unasked(word(event.how), actions);
  client_done_ = true;
  if (event.how == Ending::rst || !answering()) hang_up(Ending::fin, true, actions);
}

void OriginSession::on(const Drained&, ActionList&) { undrained_ = 0; }

/// What is due by now is found out behind every event.
void OriginSession::on(const Fired& event, ActionList& actions) {
  if (event.timer == Timer::limit && !record_.empty()) return decrypt(actions);
  if (event.timer == Timer::work && dialogue_) return dialogue_->hash_on(actions);
  if (event.timer == Timer::stall && state_ == State::waiting) after_stall(actions);
}

/// What it has been asked for is not all out yet.
bool OriginSession::answering() const {
  const bool under_way = state_ == State::talking && dialogue_ && dialogue_->busy();
  return under_way || behind();
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
    converse(actions);
  }
}

void OriginSession::decrypt(ActionList& actions) {
  const bool was_open = tls_.state() != ServerTls::State::handshake;
  const auto plaintext = tls_.receive(std::exchange(record_, {}));
  asked_ = asked_ || !plaintext.empty();
  note_hello(actions);
  if (tls_.state() == ServerTls::State::failed) {
    actions.emplace_back(
        Note(Point::tunnel, Party::client, Cause::peer, "tls-failed").with("why", tls_.failure()));
    if (tls_.alert_received()) note_unasked("alert", actions);
    return hang_up(Ending::fin, false, actions);
  }
  if (!was_open && tls_.state() != ServerTls::State::handshake) note_handshake(actions);
  if (dialogue_) dialogue_->receive(plaintext);
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
  const auto* settings = plan_.origin_for(facts_.host, port_);
  if (settings != nullptr && settings->certificate != CertificateKind::good)
    note.fields.emplace_back("certificate", std::string(word(settings->certificate)));
  actions.emplace_back(std::move(note));
}

/// A client that goes on asking while it is being answered is read again when it has been.
void OriginSession::bound_input(ActionList& actions) {
  const auto backlog = held_.size() + (dialogue_ ? dialogue_->backlog() : 0);
  const bool full = state_ != State::over && backlog > kMostHeld;
  if (full == paused_) return;
  paused_ = full;
  if (full) {
    actions.emplace_back(Pause{Party::client});
  } else {
    actions.emplace_back(Resume{Party::client});
  }
}

void OriginSession::note_handshake(ActionList& actions) {
  auto note = Note(Point::tunnel, Party::origin, Cause::peer, "tls-handshake")
                  .with("version", tls_.version())
                  .with("server_name", tls_.server_name())
                  .measuring("alpn", tls_.protocol())
                  .measuring("resumed", std::int64_t{tls_.resumed()});
  if (auto subject = tls_.client_subject(); !subject.empty())
    note.fields.emplace_back("client_certificate", std::move(subject));
  actions.emplace_back(std::move(note));
  if (tls_.protocol() == "h2") {
    dialogue_ = std::make_unique<Http2Dialogue>(plan_, facts_, authority(), began_);
  } else {
    dialogue_ = std::make_unique<Http1Dialogue>(plan_, facts_, authority(), began_);
  }
}

void OriginSession::flush(ActionList& actions) {
  auto bytes = tls_.take_output();
  if (tls_.key_log().size() > secrets_told_) {
    actions.emplace_back(Secrets{tls_.key_log().substr(secrets_told_)});
    secrets_told_ = tls_.key_log().size();
  }
  if (bytes.empty()) return;
  // What TLS has to say goes out before the connection ends, and after what was sent before it.
  const auto end = std::find_if(actions.begin(), actions.end(), [](const Action& action) {
    return std::holds_alternative<Hangup>(action);
  });
  actions.insert(end, Send{Party::client, std::move(bytes)});
}

// --- the dialogue

void OriginSession::converse(ActionList& actions) {
  while (dialogue_ && state_ == State::talking) {
    const auto progress = dialogue_->go_on(now_, {!behind(), undrained_ < kPiece}, actions);
    say(progress.pieces, actions);
    if (progress.due) {
      flush(actions);  // what stands before its place
      meet(*progress.due, actions);
    } else if (progress.last || (progress.over && client_done_ && !dialogue_->busy())) {
      hang_up(Ending::fin, true, actions);
    } else if (!progress.any()) {
      break;
    }
  }
  end_with_client(actions);
}

/// Several pieces go out each by itself.
void OriginSession::say(const std::vector<std::string>& pieces, ActionList& actions) {
  for (const auto& piece : pieces) {
    if (pieces.size() > 1) flush(actions);
    tls_.send(piece);
    undrained_ += piece.size();
  }
}

/// A client that sends no more has what it asked for; or it stands still, and what is left would
/// wait for a window that nobody opens any more.
void OriginSession::end_with_client(ActionList& actions) {
  if (state_ != State::talking || !client_done_) return;
  const bool time_goes_on =
      dialogue_ && (dialogue_->wake(Direction::to_client) || dialogue_->alarm());
  const bool stands_still = undrained_ == 0 && !time_goes_on;
  if (!answering() || stands_still) hang_up(Ending::fin, true, actions);
}

void OriginSession::set_alarms(ActionList& actions) {
  if (!dialogue_ || state_ != State::talking) return;
  const auto set = [&](Timer timer, std::optional<Instant> at) {
    if (at) actions.emplace_back(StartTimer{timer, std::max(*at - now_, Duration::zero())});
  };
  set(Timer::to_origin, dialogue_->wake(Direction::to_origin));
  set(Timer::to_client, dialogue_->wake(Direction::to_client));
  set(Timer::fault, dialogue_->alarm());
}

std::string OriginSession::authority() const {
  const auto name = tls_.server_name();
  const auto host = is_host(name) ? name : facts_.host;
  return port_ == 443 ? host : Endpoint{host, port_}.text();
}

void OriginSession::hang_up(Ending how, bool close_notify, ActionList& actions) {
  if (close_notify) tls_.close();
  actions.emplace_back(Hangup{Party::client, how});
  flush(actions);
  state_ = State::over;
}

}  // namespace misproxy
