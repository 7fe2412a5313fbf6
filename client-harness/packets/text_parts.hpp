#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "capture/packet.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy {

/// A packet that the texts have words for: a TCP segment whose head is whole, or an ICMP
/// destination unreachable over IPv4.
bool is_told(const evidence::WirePacket& packet);

/// An end of a packet.
SocketAddress address_of(const evidence::SocketId& end);

/// `10:20:58.987654`, the time of day in UTC; nanoseconds are cut off.
std::string clock_text(std::chrono::nanoseconds since_unix_epoch);

/// The letters in tcpdump's brackets: `S.`, `P.`, `none`. `flags` as in the TCP header's low byte.
std::string flags_text(std::uint16_t flags);

/// What tcpdump says of an ICMP destination unreachable: `host 10.0.0.1 unreachable`. `host` is the
/// one that could not be reached, `port` its port.
std::string unreachable_text(std::uint8_t code, std::string_view host, std::uint16_t port,
                             std::uint16_t next_hop_mtu, std::uint8_t protocol);

}  // namespace misproxy
