#pragma once

#include "packets/frame_part.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// Reads a TCP segment, behind its IP header, into `packet`, which stays what it is where the
/// capture holds less than the fixed part of its head. Source: RFC 9293 section 3.1.
void read_tcp_segment(const FramePart& part, WirePacket& packet);

}  // namespace misproxy::evidence
