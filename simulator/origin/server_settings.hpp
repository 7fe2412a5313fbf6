#pragma once

#include "plan/plan.hpp"
#include "tls/catalogue.hpp"

namespace misproxy {

/// How an origin of a plan speaks TLS.
inline ServerSettings server_settings(const Plan& plan, const OriginSettings& origin) {
  const auto keys = plan.alerts_inside() ? KeyLog::kept : KeyLog::none;
  return {origin.tls, origin.alpn, origin.session_tickets, keys};
}

}  // namespace misproxy
