#pragma once

#include <cstdint>

#include "capture/packet.hpp"
#include "fault/segment_change.hpp"
#include "virtual/flow_numbers.hpp"

namespace misproxy::simulated {

/// Rewrites a packet's TCP segment as a fault says. `direction`: that of the packet.
void change_segment(const SegmentChange& change, const FlowNumbers& numbers, Direction direction,
                    Packet& packet);

/// Whose name an added segment goes in, and to whom.
struct SegmentWay {
  IpAddress source;
  IpAddress destination;
  Direction direction = Direction::to_origin;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
};

/// A segment that nobody sent, with what its sender would say next where the fault says nothing.
Packet added_segment(const AddedSegment& added, const FlowNumbers& numbers, const SegmentWay& way);

}  // namespace misproxy::simulated
