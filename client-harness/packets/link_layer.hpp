#pragma once

#include "packets/frame_part.hpp"

namespace misproxy {

/// What stands in a frame of this link type. Whether what comes as IP is any is not checked.
///
/// `link_type`: a DLT_ or LINKTYPE_ number, which are one for the types known here: Ethernet, raw
/// IP, Linux cooked v1 and v2, BSD loopback, PPP, HDLC, Wi-Fi bare or behind radiotap, PPI and
/// Prism headers, MPLS, NFLOG, PKTAP, PF's and IPsec's logs. Source: tcpdump.org/linktypes.html.
Inside in_frame(int link_type, FramePart frame);

/// False for a link type that it does not know.
bool is_known_link_type(int link_type);

}  // namespace misproxy
