#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "capture/packet.hpp"

namespace misproxy {

/// What a capture tells of a packet beside what `Packet` holds.
struct WireForm {
  std::size_t length = 0;   // of the TCP payload, or of the ICMP message, as the IP header says
  std::size_t missing = 0;  // bytes of the IP packet that were not on the wire: a broken sender
  std::uint16_t flags = 0;  // TCP's, all of them: the low byte, and AE as 0x100
  std::uint16_t urgent = 0;
  std::string options;               // TCP's, in their order
  std::uint8_t quoted_protocol = 0;  // of the packet that an ICMP message quotes
  bool quoted_ports = false;         // the quote reaches as far as its ports

  /// Payload that the capture did not keep; `snaplen` was smaller than the frame.
  std::size_t cut(const TcpSegment& segment) const { return length - segment.payload.size(); }
};

struct ParsedPacket {
  Packet packet;
  WireForm wire;
};

/// Reads an IPv4 packet that holds a TCP segment or an ICMP destination unreachable.
///
/// `bytes`: from the IP header on, as far as they were captured; what stands behind the IP packet
/// (Ethernet's padding) is no part of it. `wire_length`: how many there were. Nothing where it is
/// another kind of packet, a fragment, or where not even the headers are whole and right.
/// Checksums are not looked at: a capture taken at the sender has none. Any bytes may be given.
std::optional<ParsedPacket> parse_packet(std::string_view bytes, std::size_t wire_length);

/// The same for a packet that was never captured: nothing is missing of it.
WireForm wire_form(const Packet& packet);

}  // namespace misproxy
