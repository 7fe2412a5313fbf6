#include "origin/make_session.hpp"

#include <utility>

#include "origin/origin_session.hpp"
#include "origin/script_session.hpp"
#include "origin/wrapped_session.hpp"

namespace misproxy {

std::unique_ptr<Session> make_origin_session(const Plan& plan, FaultCounts& counts,
                                             const ServerContext& tls, ConnectionFacts facts,
                                             std::uint16_t port, CivilTime began,
                                             SiteSource source) {
  const auto* settings = source.settings;
  if (settings != nullptr && !settings->script.empty()) {
    auto script = std::make_unique<ScriptSession>(settings->script);
    if (tls == nullptr) return script;
    return std::make_unique<WrappedSession>(std::move(script),
                                            make_wrapping(tls, settings->certificate));
  }
  return std::make_unique<OriginSession>(plan, counts, tls, std::move(facts), port, began, source);
}

}  // namespace misproxy
