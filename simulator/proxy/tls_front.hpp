#pragma once

#include <memory>

#include "core/certificate_kind.hpp"
#include "origin/tls_parting.hpp"
#include "session/inbox.hpp"
#include "session/session.hpp"
#include "tls/server_tls.hpp"
#include "tls/whole_records.hpp"

namespace misproxy {

/// TLS between a client and the session behind, which hears and says plaintext: a proxy at
/// `https://`.
///
///     client ── ServerTls ── plaintext ── inner session ── origin
///
/// A client whose TLS fails is told so by an alert, and closed; the inner session is told that it
/// has gone.
class TlsFront final : public Session {
 public:
  /// `shown`: what is wrong with the certificate, for the trace.
  TlsFront(std::unique_ptr<Session> inner, const ServerContext& context,
           CertificateKind shown = CertificateKind::good)
      : inner_(std::move(inner)), tls_(context), parting_(Point::accept, shown) {}

  void step(const Event& event, Instant now, ActionList& actions) override;

 private:
  void take(const Event& event, ActionList& actions);
  void decrypt(std::string_view record, ActionList& actions);
  void fail(ActionList& actions);
  void perform(Action action, ActionList& actions);
  void flush(ActionList& actions);

  std::unique_ptr<Session> inner_;
  ServerTls tls_;
  TlsParting parting_;
  WholeRecords records_;
  Inbox inbox_;  // of the inner session
  std::size_t secrets_told_ = 0;
  bool client_spoke_ = false;  // until then, what the inner session says is in the clear
  bool client_ended_ = false;  // the inner session has been told
  bool failed_ = false;
};

}  // namespace misproxy
