#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "capture/ip_address.hpp"

namespace misproxy {

/// An end of a TCP connection.
struct SocketAddress {
  IpAddress host;
  std::uint16_t port = 0;
  // NOLINTNEXTLINE(modernize-use-nullptr): clang-tidy 14 takes the generated code for a 0
  auto operator<=>(const SocketAddress&) const = default;
};

/// From the first byte that is there to the first that is not.
struct SackBlock {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  bool operator==(const SackBlock&) const = default;
};

/// TSval and TSecr. Source: RFC 7323 section 3.
struct Timestamps {
  std::uint32_t value = 0;
  std::uint32_t echo = 0;
  bool operator==(const Timestamps&) const = default;
};

/// A TCP segment. `window` stands as on the wire, not scaled. Options are written in the order in
/// which Linux writes them. Source: RFC 9293 section 3.1, RFC 7323, RFC 2018.
struct TcpSegment {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t seq = 0;
  std::uint32_t ack = 0;
  bool syn = false;
  bool has_ack = false;
  bool fin = false;
  bool rst = false;
  bool psh = false;
  bool urg = false;
  bool ece = false;  // RFC 3168 section 6.1, and the next one
  bool cwr = false;
  std::uint16_t window = 0;
  std::uint16_t urgent = 0;
  std::optional<std::uint16_t> mss;  // on SYN only, and the next two
  bool sack_permitted = false;
  std::optional<std::uint8_t> window_scale;
  std::optional<Timestamps> timestamps;
  std::vector<SackBlock> sack;  // at most 3 beside timestamps
  std::string payload;

  /// Sequence numbers that it takes: payload, and one each for SYN and FIN.
  std::uint32_t length() const {
    return static_cast<std::uint32_t>(payload.size()) + (syn ? 1U : 0U) + (fin ? 1U : 0U);
  }
  bool operator==(const TcpSegment&) const = default;
};

/// Destination unreachable, with the packet that could not go on: its IP header and at least eight
/// bytes behind it. `next_hop_mtu` goes with code 4. Source: RFC 792, RFC 1191 section 4.
struct IcmpUnreachable {
  static constexpr std::uint8_t kNetUnreachable = 0;
  static constexpr std::uint8_t kHostUnreachable = 1;
  static constexpr std::uint8_t kFragmentationNeeded = 4;
  static constexpr std::uint8_t kAdminProhibited = 13;

  std::uint8_t code = 0;
  std::uint16_t next_hop_mtu = 0;
  SocketAddress source;  // of the packet that could not go on
  SocketAddress destination;
  std::uint32_t seq = 0;
  std::string quote;  // that packet's first bytes: IP header and 8 bytes
  bool operator==(const IcmpUnreachable&) const = default;
};

/// An IP packet, never fragmented: DF is set on TCP. IPv6 has neither `id` nor `dont_fragment`, and
/// of it there is TCP only.
struct Packet {
  IpAddress source;
  IpAddress destination;
  std::uint8_t ttl = 64;
  std::uint16_t id = 0;
  bool dont_fragment = true;
  bool wrong_checksum = false;  // of TCP: whoever gets it drops it
  std::variant<TcpSegment, IcmpUnreachable> body;

  const TcpSegment* tcp() const { return std::get_if<TcpSegment>(&body); }
  bool operator==(const Packet&) const = default;
};

}  // namespace misproxy
