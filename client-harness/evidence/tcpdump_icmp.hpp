#pragma once

#include <string_view>

#include "evidence/names.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// Reads `ICMP host 10.10.10.1 unreachable - admin prohibited filter, length 68` and its like, and
/// `ICMP6, packet too big, mtu 1280`. ICMPv6 is told as the ICMP that says the same. The host that
/// could not be reached, and its port where told, are `quoted_destination`.
///
/// False where it is no ICMP, or one of ICMPv6's that has no like (neighbours, routers).
bool read_icmp_words(std::string_view words, WirePacket& packet, Names& names);

}  // namespace misproxy::evidence
