#pragma once

#include <memory>

#include "origin/site.hpp"
#include "plan/fault_counts.hpp"
#include "plan/plan.hpp"
#include "session/session.hpp"
#include "tls/catalogue.hpp"

namespace misproxy {

/// The origin's end of a connection, whatever it speaks: its script, within TLS or without, or
/// HTTP. For the rest see OriginSession.
std::unique_ptr<Session> make_origin_session(const Plan& plan, FaultCounts& counts,
                                             const ServerContext& tls, ConnectionFacts facts,
                                             std::uint16_t port, CivilTime began,
                                             SiteSource source);

}  // namespace misproxy
