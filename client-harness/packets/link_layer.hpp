#pragma once

#include <optional>
#include <string_view>

namespace misproxy {

/// What stands in front of an IP packet in a frame of this link type; nothing where the frame holds
/// neither IPv4 nor IPv6. Which of the two it says is not checked.
///
/// `link_type`: a DLT_ or LINKTYPE_ number, which are one for the types known here: Ethernet with
/// or without VLAN tags, raw IP, Linux cooked v1 and v2, BSD loopback. Source:
/// tcpdump.org/linktypes.html.
std::optional<std::size_t> ip_offset(int link_type, std::string_view frame);

/// False for a link type that it does not know.
bool is_known_link_type(int link_type);

}  // namespace misproxy
