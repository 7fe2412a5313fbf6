#pragma once

#include "core/cast.hpp"
#include "plan/plan.hpp"
#include "tls/catalogue.hpp"

namespace misproxy {

/// How an origin of a plan speaks TLS, where it is cast so. One with a script speaks no protocol
/// that ALPN has a name for in its settings.
inline ServerSettings server_settings(const Plan& plan, const OriginSettings& origin,
                                      const Cast& cast = {}) {
  return {.tls = origin.tls,
          .alpn = origin.script.empty() ? origin.alpn : std::vector<std::string>{},
          .session_tickets = origin.session_tickets,
          .keys = plan.alerts_inside() ? KeyLog::kept : KeyLog::none,
          .certificate = cast.certificate.value_or(origin.certificate),
          .client_certificate = origin.client_certificate,
          .ciphers = origin.ciphers};
}

}  // namespace misproxy
