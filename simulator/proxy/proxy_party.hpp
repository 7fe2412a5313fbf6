#pragma once

#include <functional>
#include <memory>
#include <string>

#include "plan/fault_counts.hpp"
#include "plan/plan.hpp"
#include "proxy/inspected_tunnel.hpp"
#include "session/session.hpp"
#include "tls/catalogue.hpp"

namespace misproxy {

/// Where the proxy has its certificates from, made when first asked for.
struct ProxyKeys {
  std::function<ServerContext(const std::string& host, const ServerSettings& settings)> server;
  /// What inspection holds an origin's certificate against.
  std::function<ClientContext()> check;
  /// At which it listens, where the world has addresses of its own.
  std::string address{};
  /// The world's beginning.
  CivilTime began{};
};

/// The party that a client of the proxy meets: a ProxySession, with what the scenario puts before
/// and behind it.
///
///     client <-> [ TlsFront <-> [ [ ProxySession <-> Inspector ] <-> ThroughParent ] ] <-> origin
std::unique_ptr<Session> proxy_party(const Plan& plan, FaultCounts& counts, const ProxyKeys& keys,
                                     ConnectionFacts facts);

}  // namespace misproxy
