#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "capture/packet.hpp"
#include "core/life.hpp"

namespace misproxy::simulated {

/// The sequence numbers of one connection as the router sees them pass, in both directions.
///
/// Relative numbers count as Wireshark does: the SYN of a direction is 0, its first byte 1; where
/// no SYN came by, the first byte that did is 1.
class FlowNumbers {
 public:
  /// What one end has said last.
  struct Said {
    std::uint32_t next = 0;  // behind all that has come by
    std::uint16_t window = 0;
    std::optional<Timestamps> timestamps;
  };

  /// True where the segment brings something that has not come by yet, or nothing that could be
  /// sent again.
  bool pass(Direction direction, const TcpSegment& segment);

  std::uint32_t relative(Direction direction, std::uint32_t seq) const {
    return seq - way(direction).start.value_or(0);
  }
  std::uint32_t absolute(Direction direction, std::uint32_t relative) const {
    return relative + way(direction).start.value_or(0);
  }
  const Said& said(Direction direction) const { return way(direction).said; }

 private:
  struct Way {
    std::optional<std::uint32_t> start;
    Said said;
  };
  Way& way(Direction direction) { return ways_.at(static_cast<std::size_t>(direction)); }
  const Way& way(Direction direction) const {
    return ways_.at(static_cast<std::size_t>(direction));
  }

  std::array<Way, 2> ways_;
};

}  // namespace misproxy::simulated
