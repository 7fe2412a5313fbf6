#pragma once

#include <string>
#include <string_view>

namespace misproxy::evidence {

/// A line of Wireshark's packet list, as `tshark` prints it (`4 0.0006 192.0.2.10 → 192.0.2.3 HTTP
/// 190 CONNECT a.test:443 HTTP/1.1`) or Wireshark exports it as plain text, without the arrow.
bool is_packet_list_line(std::string_view line);

/// The same packets as tcpdump prints them, a line for each line; what is no packet of TCP becomes
/// an empty one.
///
/// Only lines of TCP tell ports, numbers and flags. Of those above it (HTTP, TLS) the ports are
/// those that the two hosts used last, and the payload is what the frame has beyond the headers
/// that an empty segment of theirs had.
std::string packet_list_as_tcpdump(std::string_view text);

}  // namespace misproxy::evidence
