#pragma once

#include <string>

#include "tls/catalogue.hpp"
#include "tls/tls_engine.hpp"

namespace misproxy {

/// The server's end of a TLS connection.
class ServerTls : public TlsEngine {
 public:
  explicit ServerTls(const ServerContext& context);

  /// What the client asked for by SNI, or empty.
  std::string server_name() const;
};

}  // namespace misproxy
