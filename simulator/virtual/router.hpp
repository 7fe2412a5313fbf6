#pragma once

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "plan/plan.hpp"
#include "trace/event.hpp"
#include "virtual/frame.hpp"
#include "virtual/link.hpp"
#include "virtual/path_watch.hpp"
#include "virtual/timing.hpp"

namespace misproxy::simulated {

/// The router between the three hosts: where packets are too large, and where the faults of point
/// `path` act. Whether the hosts are simulated or have a kernel's TCP is nothing to it.
///
///     client ══╗
///              ╠══ router ══ proxy
///     origin ══╝
class Router {
 public:
  /// Where the router meets the rest of the world.
  class Surroundings {
   public:
    virtual ~Surroundings() = default;
    /// The flow that a segment belongs to.
    virtual Flow flow_of(SocketAddress from, SocketAddress to) const = 0;
    virtual void note(std::int64_t connection, TraceEvent event) = 0;
    virtual void leaves(Party to, FramePtr frame) = 0;
  };
  struct Port {
    IpAddress host;
    const LinkSettings* link = nullptr;
    std::optional<IpAddress> host6{};  // where it has one
  };

  /// `ports` by party: client, proxy, origin.
  Router(Timing& timing, const Plan& plan, FaultCounts& counts, std::array<Port, 3> ports,
         Surroundings& surroundings)
      : timing_(timing), watch_(plan, counts), ports_(ports), surroundings_(surroundings) {}

  void take(FramePtr frame, Party from);
  /// Segments that a fault holds.
  std::size_t held() const { return held_; }

 private:
  struct Passage;  // one segment on its way through

  Party route(IpAddress to) const;
  const Port& port(Party party) const { return ports_.at(static_cast<std::size_t>(party)); }
  bool perform(const Fault& fault, Passage& passage);
  void go_on(Passage& passage);
  void clamp(Passage& passage) const;
  void tell_too_large(const Passage& passage, std::int64_t mtu);
  void tell_unreachable(const Passage& passage, const Fate& fate);
  void hold(const Fault& fault, const Fate& fate, const Passage& passage);
  void add(const Fault& fault, const AddedSegment& added, Passage& passage);
  void send_icmp(const Passage& passage, std::uint8_t code, std::int64_t mtu);
  void reset(const Passage& passage);
  void note(const Passage& passage, const Fault& fault);

  Timing& timing_;
  PathWatch watch_;
  std::array<Port, 3> ports_;
  Surroundings& surroundings_;
  std::size_t held_ = 0;
  std::uint64_t delayed_ = 0;  // segments, each with a draw of its own
};

/// The router's address on the side of a host: the last of its /24.
IpAddress router_address(IpAddress host);

/// Of a segment that does not go on.
IcmpUnreachable unreachable_of(const Packet& packet, std::uint8_t code, std::int64_t mtu,
                               std::string quote);
/// What the router on a host's side says to it. Source: RFC 1812 section 4.3.2.
Packet router_says(const IpAddress& host, IcmpUnreachable message);

}  // namespace misproxy::simulated
