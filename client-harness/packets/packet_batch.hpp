#pragma once

#include <deque>
#include <string>
#include <vector>

#include "packets/capture_reader.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// Some packets of a capture, with the bytes that they view: a reader's own hold until its next
/// frame only.
class PacketBatch {
 public:
  /// Up to 2,048 packets, or what is left of the file; returns false where it ends with this batch.
  bool fill(CaptureReader& reader);

  const std::vector<WirePacket>& packets() const { return packets_; }
  /// Those of which the file holds less than was on the wire.
  std::size_t cut_frames() const { return cut_frames_; }

 private:
  void read(const RawFrame& frame, int link_type);

  std::vector<RawFrame> frames_;
  std::string bytes_;
  std::vector<WirePacket> packets_;
  std::deque<std::string> names_;  // that DNS asked for
  std::size_t cut_frames_ = 0;
};

}  // namespace misproxy::evidence
