#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "capture/packet.hpp"

namespace misproxy {

/// Bytes of the IP packet on the wire, without building it: what a link holds against its MTU.
std::size_t ip_length(const Packet& packet);
/// The TCP header with its options; 20 to 60, a multiple of 4.
std::uint16_t tcp_header_bytes(const TcpSegment& segment);

/// The options as Linux orders them: mss, sackOK with TS, nop and wscale; in other segments two
/// nops before TS, two before SACK. SACK blocks that find no place in 40 bytes are left out.
/// Source: RFC 9293 section 3.1, RFC 7323, RFC 2018; net/ipv4/tcp_output.c for the order.
std::string tcp_options(const TcpSegment& segment);

/// IPv4 or IPv6 header, TCP or ICMP header, payload; every checksum is right, but that of TCP
/// where the packet says `wrong_checksum`. At most 65,535 bytes.
std::string ip_packet(const Packet& packet);
/// The same behind an Ethernet header, without padding. The addresses are locally administered
/// and made from the last four bytes of the IP addresses: 02:00:a:b:c:d. Source: IEEE 802-2014
/// section 8.2.
std::string ethernet_frame(const Packet& packet);

/// Writes behind what is in `out`; for those who have room reserved.
void append_ip_packet(std::string& out, const Packet& packet);
void append_ethernet_frame(std::string& out, const Packet& packet);
/// The same of an IP packet that is there as bytes, whole headers at least.
void append_ethernet_frame(std::string& out, std::string_view ip_bytes);

constexpr std::size_t kEthernetHeader = 14;

/// One hop less to live, as a router leaves it.
void pass_hop(std::string& ip_bytes);

/// What an IcmpUnreachable quotes of a packet that could not go on: the IP header and 8 bytes.
/// Source: RFC 792.
std::string quote_of(const Packet& packet);
/// The same of a packet as it came, which may have options.
std::string quote_of_bytes(std::string_view ip_bytes);

}  // namespace misproxy
