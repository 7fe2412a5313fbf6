#include "origin/tls_wrapping.hpp"

#include <utility>

#include "origin/no_wrapping.hpp"

namespace misproxy {

std::unique_ptr<Wrapping> make_wrapping(const ServerContext& context, CertificateKind shown) {
  if (context == nullptr) return std::make_unique<NoWrapping>();
  return std::make_unique<TlsWrapping>(context, shown);
}

Wrapping::State TlsWrapping::state() const {
  switch (tls_.state()) {
    case TlsEngine::State::handshake:
      return State::opening;
    case TlsEngine::State::open:
      return State::open;
    case TlsEngine::State::closed_by_peer:
      return State::closed;
    case TlsEngine::State::failed:
      break;
  }
  return State::failed;
}

/// Whole records, one after the other, each answered before the next.
std::size_t TlsWrapping::take(std::string_view bytes, ActionList& actions) {
  const bool was_lost = units_.lost();
  const auto taken = units_.take(bytes);
  record_ += bytes.substr(0, taken);
  if (units_.lost() && !was_lost) actions.emplace_back(StartTimer{Timer::limit, kNoTlsLimit});
  return taken;
}

std::string TlsWrapping::open(ActionList& actions) {
  const bool was_open = state() != State::opening;
  auto plaintext = tls_.receive(std::exchange(record_, {}));
  parting_.took(plaintext);
  note_hello(actions);
  if (state() == State::failed) {
    parting_.failed(tls_, actions);
    return {};
  }
  if (!was_open && state() != State::opening) note_handshake(actions);
  if (state() == State::closed) gone("close_notify", actions);
  return plaintext;
}

/// What varies with the client's version is measured, and no part of the digest.
void TlsWrapping::note_hello(ActionList& actions) {
  if (hello_told_ || !tls_.client_hello()) return;
  hello_told_ = true;
  actions.emplace_back(
      Note(Point::tunnel, Party::client, Cause::peer, "client-hello")
          .measuring("bytes", static_cast<std::int64_t>(tls_.client_hello()->bytes))
          .measuring("alpn_offered", tls_.client_hello()->alpn));
}

void TlsWrapping::note_handshake(ActionList& actions) {
  auto note = Note(Point::tunnel, Party::origin, Cause::peer, "tls-handshake")
                  .with("version", tls_.version())
                  .with("server_name", tls_.server_name())
                  .measuring("alpn", tls_.protocol())
                  .measuring("resumed", std::int64_t{tls_.resumed()});
  if (auto subject = tls_.client_subject(); !subject.empty())
    note.fields.emplace_back("client_certificate", std::move(subject));
  actions.emplace_back(std::move(note));
}

std::string TlsWrapping::take_output(ActionList& actions) {
  auto bytes = tls_.take_output();
  if (tls_.key_log().size() > secrets_told_) {
    actions.emplace_back(Secrets{tls_.key_log().substr(secrets_told_)});
    secrets_told_ = tls_.key_log().size();
  }
  return bytes;
}

}  // namespace misproxy
