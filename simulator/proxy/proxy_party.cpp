#include "proxy/proxy_party.hpp"

#include <algorithm>

#include "core/endpoint.hpp"
#include "proxy/inspector.hpp"
#include "proxy/proxy_session.hpp"
#include "proxy/through_parent.hpp"
#include "proxy/tls_front.hpp"

namespace misproxy {
namespace {

/// Alerts within TLS want its keys.
InspectionKeys inspection_keys(const ProxyKeys& keys, KeyLog kept) {
  return {[server = keys.server, kept](const std::string& host, CertificateKind kind) {
            return server(host, ServerSettings{.keys = kept, .certificate = kind});
          },
          keys.check};
}

/// The names by which clients may know the proxy: its own first, then its addresses.
std::vector<std::string> names_of(const Network& network, const std::string& address) {
  std::vector<std::string> names{"localhost", "127.0.0.1", "::1",
                                 parse_endpoint(network.proxy)->host};
  if (!address.empty()) names.push_back(address);
  if (!network.proxy_name.empty()) names.insert(names.begin(), network.proxy_name);
  return names;
}

ServerContext front_context(const Plan& plan, const ProxyKeys& keys) {
  auto names = names_of(plan.scenario().network, keys.address);
  const auto first = names.front();
  names.erase(names.begin());
  return keys.server(first, ServerSettings{.certificate = plan.scenario().proxy.certificate,
                                           .other_names = std::move(names)});
}

}  // namespace

std::unique_ptr<Session> proxy_party(const Plan& plan, FaultCounts& counts, const ProxyKeys& keys,
                                     ConnectionFacts facts) {
  std::unique_ptr<Session> party = std::make_unique<ProxySession>(plan, counts, facts);
  if (plan.inspects() || plan.relays_plain()) {
    const auto kept = plan.alerts_inside() ? KeyLog::kept : KeyLog::none;
    party = std::make_unique<Inspector>(std::move(party), inspection_keys(keys, kept), plan, counts,
                                        facts, keys.began);
  }
  if (has_parent(plan.scenario())) party = std::make_unique<ThroughParent>(plan, std::move(party));
  if (plan.scenario().proxy.tls)
    party = std::make_unique<TlsFront>(std::move(party), front_context(plan, keys),
                                       plan.scenario().proxy.certificate);
  return party;
}

}  // namespace misproxy
