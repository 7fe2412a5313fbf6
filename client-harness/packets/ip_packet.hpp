#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// Reads an IPv4 or IPv6 packet into `packet`, whose `kind` stays `other` where it is none that is
/// known, or where the capture holds too little of its headers.
///
/// `bytes`: from the IP header on, as far as they were captured. `wire_length`: how many there
/// were. `qname`: what holds the name of a DNS question, to which `packet.qname` points.
void read_ip_packet(std::string_view bytes, std::size_t wire_length, WirePacket& packet,
                    std::string& qname);

}  // namespace misproxy::evidence
