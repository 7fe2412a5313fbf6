#include "packets/ip_packet.hpp"

#include <algorithm>

#include "packets/byte_view.hpp"
#include "packets/dns_message.hpp"

namespace misproxy::evidence {
namespace {

enum Protocol : std::uint8_t {
  kHopByHop = 0,
  kIcmp = 1,
  kTcp = 6,
  kUdp = 17,
  kRouting = 43,
  kFragment = 44,
  kIcmp6 = 58,
  kDestinationOptions = 60
};

/// What an IP header carries: what was captured of it, and how long it was.
struct Part {
  std::uint8_t protocol = 0;
  std::string_view bytes;
  std::size_t length = 0;

  bool skip(std::size_t size) {
    if (bytes.size() < size || length < size) return false;
    bytes.remove_prefix(size);
    length -= size;
    return true;
  }
};

HostId host_at(std::string_view bytes, std::size_t at, HostId::Family family) {
  HostId host;
  host.family = family;
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at),
              family == HostId::Family::v4 ? 4 : 16, host.bytes.begin());
  return host;
}

/// An Ethernet frame may be padded: what stands behind the IP packet is no part of it.
Part part_of(std::string_view bytes, std::size_t header, std::size_t total, std::uint8_t protocol) {
  Part part{protocol, bytes.substr(0, total), total};
  if (!part.skip(header)) part = {};
  return part;
}

/// What a header says of the length of its packet holds for one that was captured; a router may
/// have turned or shortened it before it quoted.
enum class Whose { captured, quoted };

/// A fragment but for the first has no header of what it carries. Source: RFC 791 section 3.1.
bool read_ipv4(std::string_view bytes, std::size_t wire_length, Whose whose, WirePacket& packet,
               Part& part) {
  if (bytes.size() < 20) return false;
  const std::size_t header = (u8_at(bytes, 0) & 0x0FU) * 4U;
  std::size_t total = u16_at(bytes, 2);
  if (total == 0) total = wire_length;  // left to the card by a sender that segments there
  if (whose == Whose::quoted) total = std::max(total, bytes.size());
  if (header < 20 || total < header) return false;
  packet.wire.missing = static_cast<std::uint16_t>(total - std::min(total, wire_length));
  packet.ttl = u8_at(bytes, 8);
  packet.ip_id = u16_at(bytes, 4);
  packet.source.host = host_at(bytes, 12, HostId::Family::v4);
  packet.destination.host = host_at(bytes, 16, HostId::Family::v4);
  part = part_of(bytes, header, total, u8_at(bytes, 9));
  if ((u16_at(bytes, 6) & 0x1FFFU) != 0) part = {part.protocol, {}, 0};
  return true;
}

/// Source: RFC 8200 sections 3 and 4.
bool read_ipv6(std::string_view bytes, std::size_t wire_length, WirePacket& packet, Part& part) {
  if (bytes.size() < 40) return false;
  std::size_t total = u16_at(bytes, 4) + 40U;
  if (total == 40) total = wire_length;
  packet.ttl = u8_at(bytes, 7);
  packet.source.host = host_at(bytes, 8, HostId::Family::v6);
  packet.destination.host = host_at(bytes, 24, HostId::Family::v6);
  part = part_of(bytes, 40, total, u8_at(bytes, 6));
  while (part.protocol == kHopByHop || part.protocol == kRouting ||
         part.protocol == kDestinationOptions) {
    if (part.bytes.size() < 8) return false;
    const auto next = u8_at(part.bytes, 0);
    if (!part.skip(8U + u8_at(part.bytes, 1) * 8U)) return false;
    part.protocol = next;
  }
  return part.protocol != kFragment;
}

bool read_ip(std::string_view bytes, std::size_t wire_length, Whose whose, WirePacket& packet,
             Part& part) {
  if (bytes.empty()) return false;
  const auto version = u8_at(bytes, 0) >> 4;
  if (version == 4) return read_ipv4(bytes, wire_length, whose, packet, part);
  return version == 6 && read_ipv6(bytes, wire_length, packet, part);
}

void read_option(std::uint8_t kind, std::string_view value, WirePacket& packet) {
  if (kind == 2 && value.size() == 2) packet.mss = u16_at(value, 0);
  if (kind == 3 && value.size() == 1) packet.window_scale = u8_at(value, 0);
  if (kind == 4 && value.empty()) packet.sack_permitted = true;
  if (kind != 5) return;
  for (; value.size() >= 8 && packet.sack_count < packet.sack.size(); value.remove_prefix(8))
    packet.sack[packet.sack_count++] = {u32_at(value, 0), u32_at(value, 4)};
}

/// Unknown options and those of a wrong length say nothing. Source: RFC 9293 section 3.1.
void read_options(std::string_view options, WirePacket& packet) {
  while (!options.empty() && u8_at(options, 0) != 0) {
    std::size_t size = 1;
    if (u8_at(options, 0) != 1) {
      if (options.size() < 2) return;
      size = u8_at(options, 1);
      if (size < 2 || size > options.size()) return;
      read_option(u8_at(options, 0), options.substr(2, size - 2), packet);
    }
    options.remove_prefix(size);
  }
}

void read_tcp(Part part, WirePacket& packet) {
  if (part.bytes.size() < 20) return;
  const std::size_t header = (u8_at(part.bytes, 12) >> 4) * 4U;
  if (header < 20 || part.length < header) return;
  packet.kind = WirePacket::Kind::tcp;
  packet.source.port = u16_at(part.bytes, 0);
  packet.destination.port = u16_at(part.bytes, 2);
  packet.seq = u32_at(part.bytes, 4);
  packet.ack = u32_at(part.bytes, 8);
  const auto flags = packet.wire.flags = u8_at(part.bytes, 13);
  packet.fin = (flags & 0x01U) != 0;
  packet.syn = (flags & 0x02U) != 0;
  packet.rst = (flags & 0x04U) != 0;
  packet.psh = (flags & 0x08U) != 0;
  packet.has_ack = (flags & 0x10U) != 0;
  if (!packet.has_ack) packet.ack.reset();
  packet.window = u16_at(part.bytes, 14);
  packet.length = static_cast<std::uint32_t>(part.length - header);
  packet.wire.urgent = u16_at(part.bytes, 18);
  packet.wire.options = part.bytes.substr(20, header - 20);
  packet.wire.whole_head = part.bytes.size() >= header;
  read_options(packet.wire.options, packet);
  if (part.bytes.size() > header) packet.payload = part.bytes.substr(header);
}

/// ICMPv6 in ICMP's words. Source: RFC 7915 section 5.2.
void translate_icmp6(std::uint8_t type, std::uint8_t code, WirePacket& packet) {
  constexpr std::array<std::uint8_t, 8> kCodes{1, 10, 1, 1, 3, 10, 10, 1};
  packet.icmp_type = type == 3 ? 11 : type == 1 || type == 2 ? 3 : 0;
  if (type == 1) packet.icmp_code = kCodes[std::min<std::size_t>(code, 7)];
  if (type == 2) packet.icmp_code = 4;
}

void read_quote(std::string_view quote, WirePacket& packet) {
  WirePacket quoted;
  Part part;
  if (!read_ip(quote, quote.size(), Whose::quoted, quoted, part)) return;
  packet.quoted_source.host = quoted.source.host;
  packet.quoted_destination.host = quoted.destination.host;
  packet.wire.quoted_protocol = part.protocol;
  packet.wire.quoted_ports = part.bytes.size() >= 4;
  if (!packet.wire.quoted_ports) return;
  packet.quoted_source.port = u16_at(part.bytes, 0);
  packet.quoted_destination.port = u16_at(part.bytes, 2);
  if (part.protocol == kTcp && part.bytes.size() >= 8) packet.quoted_seq = u32_at(part.bytes, 4);
}

/// Errors only: an echo says nothing of a proxy. Source: RFC 792, RFC 1191 section 4.
void read_icmp(Part part, WirePacket& packet) {
  if (part.bytes.size() < 8) return;
  const auto type = u8_at(part.bytes, 0);
  const auto code = u8_at(part.bytes, 1);
  if (part.protocol == kIcmp6) {
    translate_icmp6(type, code, packet);
    packet.next_hop_mtu =
        type == 2 ? static_cast<std::uint16_t>(std::min(u32_at(part.bytes, 4), 65535U)) : 0;
  } else {
    packet.icmp_type = type == 3 || type == 11 ? type : 0;
    packet.icmp_code = code;
    packet.next_hop_mtu = type == 3 && code == 4 ? u16_at(part.bytes, 6) : 0;
  }
  if (packet.icmp_type == 0) return;
  packet.kind = WirePacket::Kind::icmp;
  packet.length = static_cast<std::uint32_t>(part.length);
  read_quote(part.bytes.substr(8), packet);
}

void read_udp(Part part, WirePacket& packet, std::string& qname) {
  if (part.bytes.size() < 8) return;
  packet.source.port = u16_at(part.bytes, 0);
  packet.destination.port = u16_at(part.bytes, 2);
  if (packet.source.port != 53 && packet.destination.port != 53) return;
  packet.length = static_cast<std::uint32_t>(part.length - 8);
  read_dns_message(part.bytes.substr(8), packet, qname);
}

}  // namespace

void read_ip_packet(std::string_view bytes, std::size_t wire_length, WirePacket& packet,
                    std::string& qname) {
  Part part;
  if (!read_ip(bytes, std::max(wire_length, bytes.size()), Whose::captured, packet, part)) return;
  if (part.protocol == kTcp) return read_tcp(part, packet);
  if (part.protocol == kIcmp || part.protocol == kIcmp6) return read_icmp(part, packet);
  if (part.protocol == kUdp) read_udp(part, packet, qname);
}

}  // namespace misproxy::evidence
