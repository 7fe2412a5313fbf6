#pragma once

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

/// Certificates by host and by TLS versions, made when first asked for. Safe to use from many
/// threads.
///
/// The contexts send no session tickets and resume nothing, so that every handshake has the same
/// shape; they accept `http/1.1` by ALPN (RFC 7301).
class Catalogue {
 public:
  /// Certificates kept; past it each further host's is made anew for each connection.
  static constexpr std::size_t kMostKept = 1000;

  /// `now` is what the certificates' validity is counted from.
  Catalogue(Authority authority, CivilTime now, KeyLog keys = KeyLog::none);

  /// Who issues them.
  const Authority& authority() const { return authority_; }
  /// `tls`: "1.2" and "1.3", one or both.
  ServerContext context_for(const std::string& host, const std::vector<std::string>& tls);

 private:
  ServerContext make(const std::string& host, const std::vector<std::string>& tls) const;

  Authority authority_;
  CivilTime now_;
  KeyLog keys_;
  Key key_;  // one for all hosts: making an RSA key takes longer than a handshake
  std::mutex mutex_;
  std::map<std::pair<std::string, std::vector<std::string>>, ServerContext> contexts_;
};

}  // namespace misproxy
