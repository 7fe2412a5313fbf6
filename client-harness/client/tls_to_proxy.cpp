#include "client/tls_to_proxy.hpp"

#include <utility>
#include <variant>

namespace misproxy {

void TlsToProxy::step(const Event& event, Instant now, ActionList& actions) {
  take(event);
  flush(actions);
  inbox_.deliver_to(*inner_, now, [&](Action action) { perform(std::move(action), actions); });
}

void TlsToProxy::take(const Event& event) {
  if (const auto* bytes = std::get_if<Received>(&event)) return take_ciphertext(bytes->bytes);
  if (const auto* closed = std::get_if<Closed>(&event)) return tell_end(closed->how);
  if (std::holds_alternative<Opened>(event)) {
    ended_ = open_ = false;
    tls_ = std::make_unique<ClientTls>(context_(), host_);
    return tls_->start();
  }
  inbox_.put(event);
}

void TlsToProxy::take_ciphertext(std::string_view bytes) {
  if (!tls_ || ended_) return;
  auto plaintext = tls_->receive(bytes);
  const auto state = tls_->state();
  if (state == TlsEngine::State::open && !std::exchange(open_, true))
    inbox_.put(Opened{Party::proxy});
  if (!plaintext.empty()) inbox_.put(Received{Party::proxy, {}}, std::move(plaintext));
  const bool over = state == TlsEngine::State::closed_by_peer || state == TlsEngine::State::failed;
  if (over) tell_end(Ending::fin);
}

void TlsToProxy::tell_end(Ending how) {
  if (std::exchange(ended_, true)) return;
  if (!open_ && tls_) {
    const bool failed = tls_->state() == TlsEngine::State::failed;
    failed_(failed ? tls_->failure() : "unexpected eof while reading");
  }
  inbox_.put(Closed{Party::proxy, how});
}

void TlsToProxy::perform(Action action, ActionList& actions) {
  if (const auto* send = std::get_if<Send>(&action)) {
    if (tls_->state() != TlsEngine::State::failed) tls_->send(send->bytes);
    return flush(actions);
  }
  if (std::holds_alternative<Leave>(action) && tls_) {
    tls_->close();
    flush(actions);
  }
  actions.push_back(std::move(action));
}

void TlsToProxy::flush(ActionList& actions) {
  if (!tls_) return;
  auto bytes = tls_->take_output();
  if (!bytes.empty()) actions.emplace_back(Send{Party::proxy, std::move(bytes)});
}

}  // namespace misproxy
