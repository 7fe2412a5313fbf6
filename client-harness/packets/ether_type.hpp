#pragma once

#include <cstdint>

#include "packets/frame_part.hpp"

namespace misproxy {

/// How many layers may stand one in another; what lies deeper is not looked at.
constexpr int kMostLayers = 16;

/// What an EtherType announces: IP, behind VLAN and other tags, MPLS labels, PPPoE, or bridged
/// Ethernet. `layers`: how many there are around it.
/// Source: IANA's IEEE 802 numbers; RFC 3032 (MPLS), RFC 2516 (PPPoE), IEEE 802.1Q, 802.1ah,
/// 802.1BR.
Inside behind_type(std::uint16_t type, FramePart rest, int layers = 0);
/// An Ethernet frame, of 802.3 with LLC and SNAP too.
Inside in_ethernet(FramePart frame, int layers = 0);
/// LLC, with SNAP or without. Source: IEEE 802.2; RFC 1042.
Inside behind_llc(FramePart rest, int layers = 0);
/// PPP, with its address field or without, in HDLC framing or not. Source: RFC 1661, RFC 1662.
Inside in_ppp(FramePart frame, int layers = 0);
/// The IP packet of raw IP, which tells its version itself.
Inside in_raw_ip(FramePart packet);

}  // namespace misproxy
