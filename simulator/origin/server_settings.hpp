#pragma once

#include "scenario/scenario.hpp"
#include "tls/catalogue.hpp"

namespace misproxy {

/// How an origin of a scenario speaks TLS.
inline ServerSettings server_settings(const OriginSettings& origin) {
  return {origin.tls, origin.alpn, origin.session_tickets};
}

}  // namespace misproxy
