#pragma once

#include "capture/packet.hpp"

namespace misproxy::simulated {

/// The RST from `from` to `to` that answers `segment` where no socket takes it: window 0, no
/// options, and an ACK only where the segment had none.
///
/// Source: RFC 9293 section 3.10.7.1.
Packet stateless_reset(const TcpSegment& segment, IpAddress from, IpAddress to);

}  // namespace misproxy::simulated
