#pragma once

#include <string_view>

#include "core/certificate_kind.hpp"
#include "core/life.hpp"
#include "session/action.hpp"
#include "tls/server_tls.hpp"

namespace misproxy {

/// What the trace tells of a client that leaves the TLS it is served.
class TlsParting {
 public:
  /// `shown`: what is wrong with the certificate.
  explicit TlsParting(Point point, CertificateKind shown = CertificateKind::good)
      : point_(point), shown_(shown) {}

  /// The client has asked for something, where there is any.
  void took(std::string_view plaintext) { asked_ = asked_ || !plaintext.empty(); }

  /// Its TLS can't go on. The alert of a client that breaks off what it asked for is not told:
  /// its reset may overtake it, so whether it comes is the machine's mood.
  void failed(const ServerTls& tls, ActionList& actions);

  /// A client that does not trust the certificate often says nothing of it: it goes, before its
  /// Finished or behind it, and has asked for nothing. How it goes is the machine's mood.
  void gone(const ServerTls& tls, std::string_view how, ActionList& actions);

 private:
  Point point_;
  CertificateKind shown_;
  bool asked_ = false;
  bool told_ = false;
};

}  // namespace misproxy
