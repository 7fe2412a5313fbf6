#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "capture/packet.hpp"
#include "core/life.hpp"
#include "fault/fault.hpp"
#include "plan/fault_counts.hpp"
#include "plan/plan.hpp"
#include "virtual/flow_numbers.hpp"

namespace misproxy::simulated {

/// A TCP connection as the router knows it: by its ends, the one that opened it first.
struct Flow {
  Leg leg = Leg::client;
  std::int64_t connection = 0;  // the client's, that it belongs to
  bool operator==(const Flow&) const = default;
  auto operator<=>(const Flow&) const = default;
};

/// Watches the segments at the router for those at which a fault of point `path` acts: the first in
/// file order that applies.
class PathWatch {
 public:
  /// The plan and the counts outlive the watch.
  PathWatch(const Plan& plan, FaultCounts& counts);

  /// The faults that act on this segment, in file order. `ip_bytes`: of the packet.
  std::vector<const Fault*> due(const Flow& flow, Direction direction, const TcpSegment& segment,
                                std::size_t ip_bytes, Instant now);
  /// What it has seen of a connection's numbers so far, the segment asked for last included.
  const FlowNumbers& numbers(const Flow& flow) { return numbers_[flow]; }
  /// From none to `most`, drawn for the `nth` segment that is held.
  Duration jitter(const Fault& fault, Milliseconds most, std::uint64_t nth) const;

 private:
  /// What one fault knows of one flow.
  struct Count {
    std::int64_t seen = 0;
    bool expired = false;  // was idle for too long, and stays so
  };

  bool matches(const Fault& fault, const Flow& flow, Direction direction, const TcpSegment& segment,
               std::size_t ip_bytes) const;
  bool is_counted(const SegmentTrigger& trigger, const Flow& flow, Direction direction,
                  const TcpSegment& segment, bool is_new) const;
  bool idle_long_enough(const Fault& fault, const Flow& flow, Count& count, Instant now) const;
  bool drawn(const Fault& fault, const Flow& flow, std::int64_t ordinal) const;

  const Plan& plan_;
  FaultCounts& fault_counts_;
  std::vector<const Fault*> faults_;
  std::map<std::pair<const Fault*, Flow>, Count> counts_;
  std::map<Flow, Instant> last_seen_;
  std::map<Flow, FlowNumbers> numbers_;
};

/// What a segment is for, as a trigger names it: `data` where it has a payload.
SegmentKind kind_of(const TcpSegment& segment);

}  // namespace misproxy::simulated
