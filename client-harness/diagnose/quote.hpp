#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "diagnose/place.hpp"
#include "evidence/client_report.hpp"
#include "evidence/names.hpp"
#include "evidence/wire_packet.hpp"

namespace misproxy::diagnose {

/// A text as it may be shown: valid UTF-8 without control characters, cut after `most` bytes.
std::string shown(std::string_view text, std::size_t most = 300);

/// What a quote of a captured TCP segment is made of, but for the text that it carries.
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
  std::string quote() const;
};

/// Its payload begins with a line that can be read, which belongs into the quote.
bool begins_with_text(const evidence::WirePacket& packet);

/// One file of packets: how its packets are cited.
struct PacketFile {
  std::string name;
  bool text = false;  // tcpdump's text: lines, not packets
  const evidence::Names* names = nullptr;
  std::shared_ptr<const std::string> shared_name = std::make_shared<const std::string>(name);

  /// A line of a text is quoted as it is; a packet as tcpdump would print it, more briefly.
  std::string quote(const evidence::WirePacket& packet) const;
  Place cite(const evidence::WirePacket& packet) const { return {*this, packet}; }
};

}  // namespace misproxy::diagnose
