#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "packets/frame_part.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// A piece of a packet that its sender or a router has cut.
struct FragmentSeen {
  HostId source;
  HostId destination;
  std::uint32_t id = 0;
  std::uint8_t protocol = 0;
  std::size_t offset = 0;  // of `part` in the whole
  bool more = false;       // it is not the last
  FramePart part;
};

/// What a packet holds beside what WirePacket has room for.
struct IpNotes {
  std::string qname;  // of a DNS question, to which `packet.qname` points
  std::optional<FragmentSeen> fragment;
  bool encrypted = false;  // IPsec: nobody knows what is in it
  FramePart innermost;     // from the IP header on: within the tunnels, where there are any
  FramePart transport;     // behind its headers, of `protocol`
  std::uint8_t protocol = 0;
};

/// Reads an IPv4 or IPv6 packet into `packet`, whose `kind` stays `other` where it is none that is
/// known, or where the capture holds too little of its headers. What a tunnel carries is read in
/// the tunnel's place; of a fragment, what its own bytes tell.
///
/// `ip`: from the IP header on.
void read_ip_packet(FramePart ip, WirePacket& packet, IpNotes& notes);
void read_ip_packet(std::string_view bytes, std::size_t wire_length, WirePacket& packet,
                    std::string& qname);

/// Reads on with what all fragments of a packet held, behind the header that `packet` has from one.
void read_reassembled(std::uint8_t protocol, FramePart whole, WirePacket& packet, IpNotes& notes);

}  // namespace misproxy::evidence
