#include "origin/make_session.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/endpoint.hpp"
#include "origin/http1_dialogue.hpp"
#include "origin/http2_dialogue.hpp"
#include "origin/origin_session.hpp"
#include "origin/script_session.hpp"
#include "origin/wrapped_session.hpp"

namespace misproxy {
namespace {

/// Of the origin's URLs, without the slash behind the authority.
std::string root_of(const Wrapping& wrapping, const std::string& known_as, std::uint16_t port) {
  const auto name = wrapping.server_name();
  const auto host = is_host(name) ? name : known_as;
  const bool usual = port == wrapping.usual_port();
  return fmt::format("{}://{}", wrapping.scheme(), usual ? host : Endpoint{host, port}.text());
}

MakeDialogue dialogue_of_site(const Plan& plan, std::uint16_t port, CivilTime began,
                              SiteSource source) {
  return [&plan, port, began, source](ConnectionFacts& facts,
                                      const Wrapping& wrapping) -> std::unique_ptr<Dialogue> {
    auto root = root_of(wrapping, facts.host, port);
    if (wrapping.protocol() == "h2")
      return std::make_unique<Http2Dialogue>(plan, facts, std::move(root), began, source);
    return std::make_unique<Http1Dialogue>(plan, facts, std::move(root), began, source);
  };
}

}  // namespace

std::unique_ptr<Session> make_origin_session(const Plan& plan, FaultCounts& counts,
                                             const ServerContext& tls, ConnectionFacts facts,
                                             std::uint16_t port, CivilTime began,
                                             SiteSource source) {
  const auto* settings = source.settings;
  auto wrapping =
      make_wrapping(tls, settings != nullptr ? settings->certificate : CertificateKind::good);
  if (settings != nullptr && !settings->script.empty()) {
    auto script = std::make_unique<ScriptSession>(settings->script);
    if (tls == nullptr) return script;
    return std::make_unique<WrappedSession>(std::move(script), std::move(wrapping));
  }
  return std::make_unique<OriginSession>(plan, counts, std::move(facts), std::move(wrapping),
                                         dialogue_of_site(plan, port, began, source));
}

}  // namespace misproxy
