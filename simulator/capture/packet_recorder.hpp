#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "capture/packet.hpp"

namespace misproxy {

/// A packet, and what is to be said of it; mostly nothing.
struct CommentedPacket {
  Packet packet;
  std::string comment;
  bool operator==(const CommentedPacket&) const = default;
};

/// Takes packets as they happen. Called from every thread of a world.
class PacketRecorder {
 public:
  virtual ~PacketRecorder() = default;
  /// `point`: which of the capture's points has seen them, all at this moment; `connection`: whose
  /// they are, for who shares out the room.
  virtual void record(std::size_t point, std::int64_t connection,
                      const std::vector<CommentedPacket>& packets) = 0;
  /// TLS secrets, before the packets that they open.
  virtual void secrets(std::string_view key_log) = 0;
};

}  // namespace misproxy
