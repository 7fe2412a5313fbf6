#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tls/authority.hpp"
#include "tls/tls_engine.hpp"

namespace misproxy {

/// Everything that a server needs to speak TLS as one host: versions, certificate, key. Shared by
/// the connections that use it.
using ServerContext = std::shared_ptr<ssl_ctx_st>;

/// How a server speaks TLS.
///
/// `tls`: "1.2" and "1.3", one or both. `alpn`: "h2" and "http/1.1", the server's choice first; a
/// client that offers others alone gets the alert no_application_protocol (RFC 7301 section 3.2).
/// `session_tickets`: how many a client gets, each of which resumes the session; of none, every
/// handshake has the same shape. A virtual server sends none: they carry the wall clock.
struct ServerSettings {
  std::vector<std::string> tls{"1.2", "1.3"};
  std::vector<std::string> alpn{"http/1.1"};
  std::int64_t session_tickets = 0;
  auto operator<=>(const ServerSettings&) const = default;
};

/// Certificates by host and by settings, made when first asked for. Safe to use from many threads.
class Catalogue {
 public:
  /// Certificates kept; past it each further host's is made anew for each connection.
  static constexpr std::size_t kMostKept = 1000;

  /// `now` is what the certificates' validity is counted from.
  Catalogue(Authority authority, CivilTime now, KeyLog keys = KeyLog::none);

  /// Who issues them.
  const Authority& authority() const { return authority_; }
  ServerContext context_for(const std::string& host, const ServerSettings& settings);
  ServerContext context_for(const std::string& host, const std::vector<std::string>& tls) {
    return context_for(host, ServerSettings{.tls = tls});
  }

 private:
  ServerContext make(const std::string& host, const ServerSettings& settings) const;

  Authority authority_;
  CivilTime now_;
  KeyLog keys_;
  Key key_;  // one for all hosts: making an RSA key takes longer than a handshake
  std::mutex mutex_;
  std::map<std::pair<std::string, ServerSettings>, ServerContext> contexts_;
};

}  // namespace misproxy
