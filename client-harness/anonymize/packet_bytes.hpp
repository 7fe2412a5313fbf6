#pragma once

#include <string>
#include <string_view>

#include "anonymize/lane.hpp"
#include "anonymize/pseudonyms.hpp"
#include "packets/capture_reader.hpp"
#include "packets/ip_packet.hpp"

namespace misproxy::anonymize {

/// A frame of a capture, and what was read of it. Its views hold as long as the frame's.
struct FrameRead {
  evidence::WirePacket packet;
  evidence::IpNotes notes;
  bool in_tunnel = false;  // the packet stands in another one
  bool has_ip = false;
};
FrameRead read_frame(const RawFrame& frame);
/// Whether it is TCP, and tells something of its connection: not so a fragment behind the first.
bool is_spoken(const FrameRead& read);

/// The IP packet of a frame under pseudonyms, as long as it was; checksums that were right are.
/// Without `conversations`, of a TCP payload nothing is shown.
std::string disguised_packet(const FrameRead& read, Pseudonyms& pseudonyms,
                             Conversations* conversations);

/// A frame of a link type of which `keeps_link_header` is true, with `packet` in it.
std::string disguised_frame(const RawFrame& frame, const FrameRead& read, const std::string& packet,
                            Pseudonyms& pseudonyms);

/// Whether what stands in front of the IP packet can be written under pseudonyms.
bool keeps_link_header(int link_type);

}  // namespace misproxy::anonymize
