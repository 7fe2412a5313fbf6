#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "capture/packet.hpp"

namespace misproxy {

/// A whole IPv4 packet with any protocol's message in it. Source: RFC 791.
std::string ipv4_packet(const IpAddress& source, const IpAddress& destination,
                        std::uint8_t protocol, std::string_view message);

/// A UDP datagram over IPv4. Source: RFC 768.
struct Datagram {
  SocketAddress source;
  SocketAddress destination;
  std::string_view payload;
};

/// Nothing for any other packet, for a fragment, and where its length is none that it can have.
std::optional<Datagram> read_datagram(std::string_view ip_bytes);
/// The IP packet; its checksums are right.
std::string ip_packet_of(const Datagram& datagram);

}  // namespace misproxy
