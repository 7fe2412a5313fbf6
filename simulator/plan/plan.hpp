#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/draw.hpp"
#include "fault/bend.hpp"
#include "scenario/scenario.hpp"

namespace misproxy {

/// What is known of a connection when a fault may act on it.
///
/// `number` counts the client's connections from 1; `attempt` the requests that lead to the same
/// host, from 1: CONNECTs, and those that the proxy forwards; `host` is empty and `attempt` 0 until
/// a request head has named them. `client`: its address, empty where the world knows none. `method`
/// and `target`, the scheme of its `credentials` and its number on its connection (`request`, from
/// 1) are the last request's: the proxy's, or at the origin's points that of the request there,
/// whose response has `status` and `headers`.
struct ConnectionFacts {
  std::int64_t number = 0;
  std::string host;
  std::int64_t attempt = 0;
  std::string client{};
  std::string method{};
  std::string target{};
  std::int64_t status = 0;
  std::vector<std::string> headers{};
  std::int64_t request = 0;
  std::string credentials = "none";
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

  /// The fault of that id, or nothing.
  const Fault* fault(std::string_view id) const;
  /// The faults that act on this connection at `point`, in file order; none in most cases.
  std::vector<const Fault*> faults_at(Point point, const ConnectionFacts& facts) const;
  /// Whether a silence or a slowness is planned for this connection inside the tunnel's TLS.
  bool is_slow_inside(const ConnectionFacts& facts) const;
  /// Whether a fault of the host's origin is planned.
  bool acts_inside(const ConnectionFacts& facts) const;
  /// Whether a fault of an origin asks for the attempt, or is drawn for each: then every attempt
  /// wants a connection of its own.
  bool tells_attempts_inside() const;
  /// Whether an alert of the origin's is planned for any connection, within TLS.
  bool alerts_inside() const;
  /// The scenario expects the digest of a request's body there.
  bool hashes_bodies_at(RequestExpectation::At at) const;
  /// Whether TLS inspection is planned for any connection.
  bool inspects() const;
  /// Whether a fault is planned of the requests and responses of a real origin without TLS.
  bool relays_plain() const;
  /// For a bend of `fault` that begins at `offset` of its stream.
  BendKey bend_key(const Fault& fault, const ConnectionFacts& facts, std::uint64_t offset) const;
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
