#pragma once

#include <cstdint>

#include "packets/frame_part.hpp"

namespace misproxy {

/// What an IP packet carries where that is IP again: IP in IP, GRE (with ERSPAN, WCCP's redirects
/// and PPTP's PPP in it), MPLS. `part`: behind the IP header. `layers`: how many there are around
/// it. Source: RFC 2003, RFC 4213, RFC 2784, RFC 2890, RFC 2637, RFC 4023.
Inside in_tunnel(std::uint8_t protocol, FramePart part, int layers);

/// The same of UDP, by its destination's port: VXLAN, Geneve, GTP-U, MPLS. `part`: behind its
/// header. Source: RFC 7348, RFC 8926, RFC 7510, 3GPP TS 29.281 section 5.
Inside in_udp_tunnel(std::uint16_t port, FramePart part, int layers);

}  // namespace misproxy
