#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// The last packets of one end, by what no other of its packets has alike.
///
/// A capture on several interfaces holds a packet at each. One that is sent again has another IP ID
/// (RFC 6864 section 4); a packet that tells none is nobody's twin.
class Twins {
 public:
  /// Whether it was among them; it is so from now on.
  bool has(const WirePacket& packet) {
    if (packet.ip_id == 0) return false;
    const auto flags = (packet.fin ? 1U : 0U) | (packet.psh ? 2U : 0U) | (packet.rst ? 4U : 0U);
    // Multiplied before the next part joins: an ID and a number that count in step would cancel
    // out.
    std::uint64_t mark = 0;
    for (const auto part : {std::uint32_t{packet.ip_id}, packet.seq.value_or(0),
                            packet.ack.value_or(0), packet.length, flags})
      mark = (mark ^ part) * 0x9E3779B97F4A7C15U;
    if (std::ranges::find(lately_, mark) != lately_.end()) return true;
    std::move_backward(lately_.begin(), lately_.end() - 1, lately_.end());
    lately_.front() = mark;
    return false;
  }

 private:
  std::array<std::uint64_t, 4> lately_{};
};

}  // namespace misproxy::evidence
