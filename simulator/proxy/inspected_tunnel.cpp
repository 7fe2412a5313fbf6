#include "proxy/inspected_tunnel.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/endpoint.hpp"
#include "http/response_text.hpp"
#include "proxy/request_target.hpp"

namespace misproxy {

// --- the client, before anybody answers it

void InspectedTunnel::from_client(std::string_view bytes) {
  switch (state_) {
    case State::listening:
      heard_ += bytes;
      listen(bytes);
      return bound_held();
    case State::asking:
      heard_ += bytes;
      return bound_held();
    case State::joined:
    case State::refusing:
      if (relay_) return tell(Received{Party::client, bytes});
      client_records_.feed(bytes, [this](std::string_view record) {
        decrypt(record);
        return state_ != State::over;
      });
      return flush();
    case State::plain:
      for_origin_ += bytes;
      return;
    case State::over:
      return;
  }
}

void InspectedTunnel::listen(std::string_view bytes) {
  hello_records_.feed(bytes, [this](std::string_view record) {
    const auto seen = hello_records_.lost() ? HelloPeek::Seen::no_hello : peek_.take(record);
    if (seen == HelloPeek::Seen::hello) ask_origin();
    if (seen == HelloPeek::Seen::no_hello) pass_plain();
    return state_ == State::listening;
  });
}

void InspectedTunnel::pass_plain() {
  state_ = State::plain;
  note(Note(Point::tunnel, Party::client, Cause::peer, "not-inspected"));
  for_origin_ += std::exchange(heard_, {});
}

// --- the origin

void InspectedTunnel::ask_origin() {
  state_ = State::asking;
  const auto& name = peek_.server_name();
  if (is_host(name)) host_ = folded_host(name);
  origin_ = std::make_unique<ClientTls>(keys_.check(), host_);
  origin_->start();
  flush();
}

void InspectedTunnel::from_origin(std::string_view bytes) {
  if (state_ == State::listening) pass_plain();
  if (state_ == State::plain) for_client_ += bytes;
  if (state_ != State::asking && state_ != State::joined) return;
  origin_records_.feed(bytes, [this](std::string_view record) {
    take_from_origin(record);
    return state_ == State::asking || state_ == State::joined;
  });
  flush();
  bound_held();
}

/// Who says so much before the other has shaken hands is no client, and no origin, of TLS.
void InspectedTunnel::bound_held() {
  if (heard_.size() + early_.size() <= kMostHeld) return;
  note(Note(Point::tunnel, Party::proxy, Cause::environment, "inspection-overrun"));
  finish(Ending::fin);
}

void InspectedTunnel::take_from_origin(std::string_view record) {
  using Tls = TlsEngine::State;
  const bool was_open = origin_->state() != Tls::handshake;
  early_ += origin_->receive(record);
  const auto state = origin_->state();
  if (state == Tls::failed && !was_open) {
    const bool bad = origin_->verify_result() != 0;
    return refuse(bad ? origin_->verify_text() : origin_->failure());
  }
  if (!was_open && state != Tls::handshake) show_client();
  if (state_ != State::joined) return;
  if (relay_) relay_->hear(std::exchange(early_, {}), now_);
  if (state == Tls::failed) {
    note(Note(Point::tunnel, Party::origin, Cause::environment, "inspection-failed")
             .with("why", origin_->failure()));
    return finish(Ending::fin);
  }
  if (relay_) {
    if (state == Tls::closed_by_peer) relay_->far_ended({Ending::fin, true}, now_);
    return relay_on();
  }
  const bool is_open = client_->state() != Tls::handshake;
  if (is_open) client_->send(std::exchange(early_, {}));
  if (state == Tls::closed_by_peer) client_->close();
}

void InspectedTunnel::refuse(std::string why) {
  why_ = std::move(why);
  note(Note(Point::tunnel, Party::origin, Cause::environment, "inspection-refused")
           .with("server_name", host_)
           .with("why", why_));
  flush();
  show_client();
}

void InspectedTunnel::show_client() {
  state_ = why_.empty() ? State::joined : State::refusing;
  const auto shown = keys_.show(host_, kind_);
  if (state_ == State::joined && make_relay_) {
    relay_ = make_relay_(shown, kind_);
  } else {
    client_ = std::make_unique<ServerTls>(shown);
  }
  from_client(std::exchange(heard_, {}));
}

// --- the client, once it is answered

void InspectedTunnel::tell(const Event& event) {
  if (!relay_ || state_ != State::joined) return;
  relay_->step(event, now_);
  relay_on();
}

void InspectedTunnel::relay_on() {
  act(relay_->take_actions());
  origin_->send(relay_->take_for_far());
  for_client_ += relay_->take_for_client();
  flush();
  if (const auto how = relay_->take_end()) finish(*how);
}

void InspectedTunnel::decrypt(std::string_view record) {
  using Tls = TlsEngine::State;
  const bool was_open = client_->state() != Tls::handshake;
  const auto plaintext = client_->receive(record);
  const auto state = client_->state();
  parting_.took(plaintext);
  if (state == Tls::failed) return client_failed();
  if (!was_open && state != Tls::handshake) {
    note(Note(Point::tunnel, Party::client, Cause::peer, "inspected")
             .with("version", client_->version())
             .with("server_name", host_));
    if (!early_.empty()) client_->send(std::exchange(early_, {}));
  }
  if (state_ == State::refusing) return answer(plaintext);
  const bool heard = origin_->state() == Tls::open || origin_->state() == Tls::closed_by_peer;
  if (heard) origin_->send(plaintext);
  if (state != Tls::closed_by_peer) return;
  parting_.gone(*client_, "close_notify", actions_);
  if (heard) origin_->close();
}

void InspectedTunnel::client_failed() {
  parting_.failed(*client_, actions_);
  finish(Ending::fin);
}

/// In the origin's place, for one whose certificate does not hold.
void InspectedTunnel::answer(std::string_view plaintext) {
  if (plaintext.empty()) return;
  request_.feed_head(plaintext);
  if (!request_.head() && !request_.error()) return;
  const auto why = "the origin is not trusted: " + why_;
  const bool with_body = !request_.head() || request_.head()->method != "HEAD";
  const auto status = proxy_status("tls_certificate_error", why);
  client_->send(refusal_text(503, why, {status}, with_body));
  client_->close();
  finish(Ending::fin);
}

// --- the end

void InspectedTunnel::client_ended() {
  if (state_ == State::listening) pass_plain();
  if (relay_) return tell(Closed{Party::client, Ending::fin});
  if (state_ != State::joined && state_ != State::refusing) return;
  if (client_) parting_.gone(*client_, "fin", actions_);
  const auto state = origin_->state();
  if (state == TlsEngine::State::open || state == TlsEngine::State::closed_by_peer)
    origin_->close();
  flush();
}

void InspectedTunnel::origin_ended(Ending how) {
  if (state_ == State::refusing || state_ == State::over) return;
  if (!relay_) return finish(how);
  relay_->far_ended({how, false}, now_);
  relay_on();
}

void InspectedTunnel::finish(Ending how) {
  flush();
  state_ = State::over;
  end_ = how;
}

void InspectedTunnel::flush() {
  if (origin_) for_origin_ += origin_->take_output();
  if (client_) for_client_ += client_->take_output();
}

/// Secrets stand before what they encrypt.
ActionList InspectedTunnel::take_actions() {
  ActionList actions;
  if (client_ && client_->key_log().size() > secrets_told_) {
    actions.emplace_back(Secrets{client_->key_log().substr(secrets_told_)});
    secrets_told_ = client_->key_log().size();
  }
  std::ranges::move(OriginSide::take_actions(), std::back_inserter(actions));
  return actions;
}

}  // namespace misproxy
