#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "packets/wire_packet.hpp"

namespace misproxy::diagnose {

/// What a quote of a captured TCP segment is made of, but for its SACK ranges and for the text that
/// it carries.
struct SegmentNumbers {
  std::chrono::nanoseconds time{};
  evidence::SocketId source;
  evidence::SocketId destination;
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  std::uint32_t length = 0;
  std::uint16_t window = 0;
  std::uint16_t mss = 0;  // 0: not told
  bool has_time = false;
  bool syn = false;
  bool fin = false;
  bool rst = false;
  bool psh = false;
  bool has_ack = false;  // the flag
  bool tells_seq = false;
  bool tells_ack = false;
  bool tells_window = false;

  static SegmentNumbers of(const evidence::WirePacket& packet);
  /// `text`: with what its payload begins, where that can be read.
  std::string quote(std::string_view text) const;
};

}  // namespace misproxy::diagnose
