#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "capture/packet.hpp"
#include "packets/capture_file.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::test {

/// A packet that was read, in the form in which our writers are given one: what was written can be
/// held against it. What no reader tells is as `as_told` makes it.
struct ParsedPacket {
  Packet packet;
  std::size_t length = 0;  // of the TCP payload, or of the ICMP message, as the IP header says
};

struct CapturedFrame {
  std::size_t number = 0;  // from 1
  std::chrono::nanoseconds time{};
  std::optional<ParsedPacket> packet;  // nothing where the texts have no words for it
};

std::optional<ParsedPacket> parsed(const evidence::WirePacket& packet);
/// A packet without the bytes that an ICMP message quotes, and with DF on TCP alone.
Packet as_told(Packet packet);

/// All frames of a file, and why it goes no further, where it is broken.
struct ReadFrames {
  std::vector<CapturedFrame> frames;
  std::optional<CaptureError> error;
};
ReadFrames read_frames(const std::string& path);

/// A packet that was never captured, as a reader gives it.
class Uncaptured {
 public:
  Uncaptured(std::chrono::nanoseconds time, const Packet& packet);
  Uncaptured(const Uncaptured&) = delete;
  Uncaptured& operator=(const Uncaptured&) = delete;
  const evidence::WirePacket& packet() const { return packet_; }

 private:
  std::string bytes_;
  evidence::WirePacket packet_;
};

}  // namespace misproxy::test
