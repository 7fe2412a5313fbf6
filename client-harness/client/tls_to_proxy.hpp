#pragma once

#include <functional>
#include <memory>
#include <string>

#include "session/client_session.hpp"
#include "session/inbox.hpp"
#include "tls/client_tls.hpp"

namespace misproxy {

/// TLS between a client and its proxy, for a client that knows nothing of it: a proxy at
/// `https://`.
///
///     client ── plaintext ── ClientTls ── proxy
///
/// The client hears of the connection when hands are shaken. Where they cannot be, `failed` is told
/// why, and the proxy has closed, as far as the client can tell.
class TlsToProxy final : public ClientSession {
 public:
  /// `tls` is asked for when it comes to TLS; the proxy's certificate has to be for `host`.
  TlsToProxy(std::unique_ptr<ClientSession> inner, std::function<ClientContext()> tls,
             std::string host, std::function<void(std::string)> failed)
      : inner_(std::move(inner)),
        context_(std::move(tls)),
        host_(std::move(host)),
        failed_(std::move(failed)) {}

  void step(const Event& event, Instant now, ActionList& actions) override;
  bool done() const override { return inner_->done(); }

 private:
  void take(const Event& event);
  void take_ciphertext(std::string_view bytes);
  void perform(Action action, ActionList& actions);
  void flush(ActionList& actions);
  void tell_end(Ending how);

  std::unique_ptr<ClientSession> inner_;
  std::function<ClientContext()> context_;
  std::string host_;
  std::unique_ptr<ClientTls> tls_;
  std::function<void(std::string)> failed_;
  bool open_ = false;   // hands are shaken, and the client has heard of it
  bool ended_ = false;  // the client has been told
  Inbox inbox_;         // of the client
};

}  // namespace misproxy
