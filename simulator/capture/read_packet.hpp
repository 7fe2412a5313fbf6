#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "capture/packet.hpp"

namespace misproxy {

/// What a router reads of an IP packet.
struct IpHead {
  static constexpr std::uint8_t kIcmp = 1;
  static constexpr std::uint8_t kTcp = 6;
  static constexpr std::uint8_t kUdp = 17;
  static constexpr std::uint8_t kIcmp6 = 58;

  IpAddress source;
  IpAddress destination;
  std::uint8_t protocol = 0;  // of IPv6: the first next header
  std::uint8_t ttl = 0;
  std::size_t header_bytes = 0;
  bool is_fragment = false;
};

/// Nothing where these are no whole IPv4 or IPv6 headers, or fewer bytes than they say.
/// Source: RFC 791, RFC 8200 section 3.
std::optional<IpHead> read_ip_head(std::string_view ip_bytes);

/// A whole IP packet with a TCP segment in it; nothing for any other. Options that a TcpSegment
/// has no place for are left aside, as are ECN's flags.
std::optional<Packet> read_tcp_packet(std::string_view ip_bytes);

}  // namespace misproxy
