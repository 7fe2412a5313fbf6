#include "origin/make_session.hpp"

#include <utility>

#include "origin/origin_session.hpp"
#include "origin/script_session.hpp"

namespace misproxy {

std::unique_ptr<Session> make_origin_session(const Plan& plan, FaultCounts& counts,
                                             const ServerContext& tls, ConnectionFacts facts,
                                             std::uint16_t port, CivilTime began,
                                             SiteSource source) {
  const auto* settings = source.settings;
  if (settings != nullptr && !settings->script.empty()) {
    return std::make_unique<ScriptSession>(settings->script);
  }
  return std::make_unique<OriginSession>(plan, counts, tls, std::move(facts), port, began, source);
}

}  // namespace misproxy
