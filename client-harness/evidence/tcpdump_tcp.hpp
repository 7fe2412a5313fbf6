#pragma once

#include <string_view>

#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// Reads what tcpdump prints of a TCP segment behind the addresses:
///
///     Flags [P.], cksum 0x1234 (correct), seq 1:123, ack 1, win 63, options [nop,nop,TS val 1 ecr
///     2], length 122 P 1:123(122) ack 1 win 5840 <nop,nop,timestamp 1 2>     (tcpdump 3, an ASA)
///     tcp 122                                                 (-q)
///
/// Any field may be missing. `words` is left with what stands behind the length. False, with
/// nothing taken, where it is no TCP segment.
bool read_tcp_words(std::string_view& words, WirePacket& packet);

/// The rest of such a line, where somebody broke it behind a comma: `win 63, length 0`.
void read_tcp_fields(std::string_view& words, WirePacket& packet);

/// `mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 10`, `nop,nop,sack 1 {1488:2198}`.
void read_tcp_options(std::string_view options, WirePacket& packet);

}  // namespace misproxy::evidence
