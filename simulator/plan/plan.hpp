#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/draw.hpp"
#include "scenario/scenario.hpp"

namespace misproxy {

/// What is known of a connection when a fault may act on it.
///
/// `number` counts the client's connections from 1; `attempt` the CONNECTs to the same host, from
/// 1; `host` is empty and `attempt` 0 until a request head has named them.
struct ConnectionFacts {
  std::int64_t number = 0;
  std::string host;
  std::int64_t attempt = 0;
};

/// A scenario and its seed, resolved: the one place where random choices are made.
class Plan {
 public:
  static constexpr std::uint64_t kDefaultSeed = 1;

  Plan(Scenario scenario, std::uint64_t seed);

  const Scenario& scenario() const { return scenario_; }
  std::uint64_t seed() const { return seed_; }
  /// SHA-256 over the scenario's canonical text and the seed, as 64 hexadecimal digits.
  std::string digest() const;

  /// The first fault, in file order, that acts on this connection at `point`; nothing in most
  /// cases.
  const Fault* fault_at(Point point, const ConnectionFacts& facts) const;
  /// All faults that can act in this connection's tunnel, in file order.
  std::vector<const Fault*> tunnel_faults(const ConnectionFacts& facts) const;
  /// Whether a stall applies to this connection at a point inside the tunnel's TLS.
  bool stalls_inside(const ConnectionFacts& facts) const;
  /// The origin that plays `host` at `port`, or nothing: then the proxy answers 403.
  const OriginSettings* origin_for(std::string_view host, std::uint16_t port) const;
  /// The bytes of the download `/bytes/<size>`.
  SeededBytes download(std::uint64_t size) const;

 private:
  bool applies(const Fault& fault, const ConnectionFacts& facts) const;

  Scenario scenario_;
  std::uint64_t seed_;
};

}  // namespace misproxy
