#pragma once

#include "packets/frame_part.hpp"

namespace misproxy {

/// A data frame of Wi-Fi: what it holds, or that it is encrypted. Frames that manage and control
/// hold nothing. Source: IEEE 802.11-2020 section 9.2.
Inside in_wlan(FramePart frame, bool padded = false);
/// The same behind a radiotap header. Source: radiotap.org.
Inside behind_radiotap(FramePart frame);
/// The same behind a Per-Packet Information header, or a Prism one.
Inside behind_ppi(FramePart frame);
Inside behind_prism(FramePart frame);
/// The next packet of an aggregate (A-MSDU). Source: the same, section 9.3.2.2.
Inside in_aggregate(FramePart rest);

}  // namespace misproxy
