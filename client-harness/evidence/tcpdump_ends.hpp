#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "evidence/names.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// `10.0.0.1.1 > 10.0.0.2.80: words` taken apart.
struct TcpdumpEnds {
  std::string_view source;
  std::string_view destination;
  std::string_view words;  // behind the colon and the space
};

/// Finds the ends wherever they stand in a line: behind `IP`, an interface, MAC addresses (which
/// stand between `>` themselves) or a word on truncation. Nothing beyond the first 512 bytes.
std::optional<TcpdumpEnds> find_ends(std::string_view line);

/// `10.0.0.1.80`, `proxy.http`, `2001:db8::1.443`, `fmc.54321`. A service that nobody knows gives
/// port 0, and stays a part of the name, so that two of them are not taken for one.
SocketId socket_of(std::string_view end, Names& names);

/// What -v tells of the IP header, between parentheses.
struct TcpdumpIpHeader {
  std::uint8_t ttl = 0;
  std::uint16_t id = 0;
  std::string_view behind;  // empty in IPv4, whose packet follows in the next line
};

/// Of `... IP (tos 0x0, ttl 64, id 1, ..., proto TCP (6), length 60)` or `IP6 (flowlabel ...)`.
std::optional<TcpdumpIpHeader> find_ip_header(std::string_view line);

}  // namespace misproxy::evidence
