#pragma once

#include <chrono>
#include <deque>
#include <string>
#include <vector>

#include "packets/capture_reader.hpp"
#include "packets/fragments.hpp"
#include "packets/ip_packet.hpp"
#include "packets/unread.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// Frames that are read and wait, because others may belong in front of them.
struct HeldFrames {
  std::vector<RawFrame> frames;
  std::string bytes;
  std::chrono::nanoseconds given{};  // the time of the last packet that was given
};

/// Some packets of a capture, with the bytes that they view: a reader's own hold until its next
/// frame only.
///
/// Within a batch, packets come in the order of their times, and fragments of one are put together.
class PacketBatch {
 public:
  /// Up to 2,048 packets, or what is left of the file; returns false where it ends with this batch.
  bool fill(CaptureReader& reader, HeldFrames& held);

  const std::vector<WirePacket>& packets() const { return packets_; }
  const Unread& unread() const { return unread_; }

 private:
  bool take_frames(CaptureReader& reader, std::size_t bytes, std::size_t frames);
  void read_frames();
  void read(const RawFrame& frame);
  void read_ip(const RawFrame& frame, FramePart ip);
  void mark(const RawFrame& frame, unsigned mark);
  void count_unread();
  void join_fragments();
  void put_in_order(bool more, HeldFrames& held);
  void note_late(HeldFrames& held);

  std::vector<RawFrame> frames_;
  std::string bytes_;
  std::vector<WirePacket> packets_;
  std::vector<std::size_t> frame_of_;  // each packet: one may hold several
  std::vector<std::uint8_t> marks_;    // of each frame: what nobody can read of it
  std::deque<std::string> names_;      // that DNS asked for
  std::deque<std::string> joined_;     // what stood in fragments
  Fragments fragments_;
  IpNotes notes_;
  Unread unread_;
};

}  // namespace misproxy::evidence
