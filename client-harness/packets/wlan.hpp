#pragma once

#include "packets/slice.hpp"

namespace misproxy {

/// A data frame of Wi-Fi: what it holds, or that it is encrypted. Frames that manage and control
/// hold nothing. Source: IEEE 802.11-2020 section 9.2.
Inside in_wlan(Slice frame, bool padded = false);
/// The same behind a radiotap header. Source: radiotap.org.
Inside behind_radiotap(Slice frame);
/// The same behind a Per-Packet Information header, or a Prism one.
Inside behind_ppi(Slice frame);
Inside behind_prism(Slice frame);
/// The next packet of an aggregate (A-MSDU). Source: the same, section 9.3.2.2.
Inside in_aggregate(Slice rest);

}  // namespace misproxy
