#include "tls/server_tls.hpp"

#include <openssl/ssl.h>

namespace misproxy {

ServerTls::ServerTls(const ServerContext& context) : TlsEngine(context.get()) {
  SSL_set_accept_state(ssl());
}

std::string ServerTls::server_name() const {
  const auto* name = SSL_get_servername(ssl(), TLSEXT_NAMETYPE_host_name);
  return name != nullptr ? name : "";
}

}  // namespace misproxy
