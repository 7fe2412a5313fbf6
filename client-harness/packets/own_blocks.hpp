#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// The packets of a capture that this program writes, from its blocks as they come: little endian,
/// Ethernet, nanoseconds (capture/pcapng.hpp). Files are read by CaptureFile, whoever wrote them.
class OwnBlocks {
 public:
  using OnPacket = std::function<void(const WirePacket& packet)>;

  explicit OwnBlocks(OnPacket on_packet) : on_packet_(std::move(on_packet)) {}

  /// Whole blocks. A packet's views hold until the callback returns.
  void take(std::string_view blocks);

 private:
  void take_packet(std::string_view block);

  OnPacket on_packet_;
  std::uint64_t packets_ = 0;
};

}  // namespace misproxy::evidence
