#include "proxy/tls_front.hpp"

#include <utility>
#include <variant>

namespace misproxy {

void TlsFront::step(const Event& event, Instant now, ActionList& actions) {
  take(event, actions);
  flush(actions);
  inbox_.deliver_to(*inner_, now, [&](Action action) { perform(std::move(action), actions); });
}

void TlsFront::take(const Event& event, ActionList& actions) {
  if (const auto* bytes = std::get_if<Received>(&event)) {
    if (bytes->peer != Party::client) return inbox_.put(event, std::string(bytes->bytes));
    client_spoke_ = true;
    return records_.feed(bytes->bytes, [&](std::string_view record) {
      decrypt(record, actions);
      return !failed_;
    });
  }
  const auto* closed = std::get_if<Closed>(&event);
  if (closed != nullptr && closed->peer == Party::client) {
    if (failed_) return;
    parting_.gone(tls_, word(closed->how), actions);
    if (std::exchange(client_ended_, true) && closed->how == Ending::fin) return;
  }
  inbox_.put(event);
}

void TlsFront::decrypt(std::string_view record, ActionList& actions) {
  const bool was_open = tls_.state() != TlsEngine::State::handshake;
  auto plaintext = tls_.receive(record);
  const auto state = tls_.state();
  if (state == TlsEngine::State::failed) return fail(actions);
  if (!was_open && state != TlsEngine::State::handshake) {
    actions.emplace_back(Note(Point::accept, Party::client, Cause::peer, "tls-to-proxy")
                             .with("version", tls_.version())
                             .measuring("server_name", tls_.server_name()));
  }
  parting_.took(plaintext);
  if (!plaintext.empty()) inbox_.put(Received{Party::client, {}}, std::move(plaintext));
  if (state != TlsEngine::State::closed_by_peer || std::exchange(client_ended_, true)) return;
  parting_.gone(tls_, "close_notify", actions);
  inbox_.put(Closed{Party::client, Ending::fin});
}

/// What the inner session still says reaches nobody.
void TlsFront::fail(ActionList& actions) {
  failed_ = true;
  parting_.failed(tls_, actions);
  flush(actions);
  actions.emplace_back(Hangup{Party::client, Ending::fin});
  if (!std::exchange(client_ended_, true)) inbox_.put(Closed{Party::client, Ending::fin});
}

void TlsFront::perform(Action action, ActionList& actions) {
  if (const auto* send = std::get_if<Send>(&action); send && send->peer == Party::client) {
    if (!client_spoke_) return actions.push_back(std::move(action));
    const auto state = tls_.state();
    const bool heard = state == TlsEngine::State::open || state == TlsEngine::State::closed_by_peer;
    if (heard) tls_.send(send->bytes);
    return flush(actions);
  }
  const auto* hangup = std::get_if<Hangup>(&action);
  if (hangup != nullptr && hangup->peer == Party::client) {
    if (failed_) return;
    if (hangup->how == Ending::fin) tls_.close();
    flush(actions);
  }
  actions.push_back(std::move(action));
}

void TlsFront::flush(ActionList& actions) {
  if (tls_.key_log().size() > secrets_told_) {
    actions.emplace_back(Secrets{tls_.key_log().substr(secrets_told_)});
    secrets_told_ = tls_.key_log().size();
  }
  if (auto bytes = tls_.take_output(); !bytes.empty())
    actions.emplace_back(Send{Party::client, std::move(bytes)});
}

}  // namespace misproxy
