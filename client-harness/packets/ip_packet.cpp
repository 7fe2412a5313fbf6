#include "packets/ip_packet.hpp"

#include <algorithm>
#include <utility>

#include "packets/byte_view.hpp"
#include "packets/dns_message.hpp"
#include "packets/ether_type.hpp"
#include "packets/tcp_segment.hpp"
#include "packets/tunnel.hpp"

namespace misproxy::evidence {
namespace {

enum Protocol : std::uint8_t {
  kHopByHop = 0,
  kIcmp = 1,
  kTcp = 6,
  kUdp = 17,
  kRouting = 43,
  kFragment = 44,
  kEsp = 50,
  kAuthentication = 51,
  kIcmp6 = 58,
  kDestinationOptions = 60
};

/// What an IP header carries.
struct Part : FramePart {
  std::uint8_t protocol = 0;

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
  Part part{{bytes.substr(0, total), total}, protocol};
  if (!part.skip(header)) part = {};
  return part;
}

/// What a header says of the length of its packet holds for one that was captured; a router may
/// have turned or shortened it before it quoted.
enum class Whose { captured, quoted };

FragmentSeen fragment_of(const WirePacket& packet, const Part& part, std::uint32_t id,
                         std::size_t offset, bool more) {
  return {packet.source.host, packet.destination.host, id, part.protocol, offset, more, part};
}

/// A fragment but for the first has no header of what it carries. Source: RFC 791 section 3.1.
bool read_ipv4(std::string_view bytes, std::size_t wire_length, Whose whose, WirePacket& packet,
               Part& part, IpNotes& notes) {
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
  const unsigned cut = u16_at(bytes, 6);
  const std::size_t offset = (cut & 0x1FFFU) * 8U;
  const bool more = (cut & 0x2000U) != 0;
  if (more || offset != 0) notes.fragment = fragment_of(packet, part, packet.ip_id, offset, more);
  if (offset != 0) part = {{}, part.protocol};
  return true;
}

/// True where there is a part behind the extension headers that this has of it: a fragment but for
/// the first has none. Source: RFC 8200 section 4, RFC 4302 section 2.
bool skip_extensions(WirePacket& packet, Part& part, IpNotes& notes) {
  while (part.protocol == kHopByHop || part.protocol == kRouting ||
         part.protocol == kDestinationOptions || part.protocol == kAuthentication ||
         part.protocol == kFragment) {
    if (part.bytes.size() < 8) return false;
    const auto next = u8_at(part.bytes, 0);
    if (part.protocol == kFragment) {
      const unsigned cut = u16_at(part.bytes, 2);
      const auto id = u32_at(part.bytes, 4);
      part.skip(8);
      part.protocol = next;
      const bool more = (cut & 1U) != 0;
      const std::size_t offset = cut & ~7U;
      if (more || offset != 0) notes.fragment = fragment_of(packet, part, id, offset, more);
      if (offset != 0) return false;
      continue;
    }
    const auto words = u8_at(part.bytes, 1);
    if (!part.skip(part.protocol == kAuthentication ? (words + 2U) * 4U : 8U + words * 8U))
      return false;
    part.protocol = next;
  }
  return true;
}

/// Source: RFC 8200 section 3.
bool read_ipv6(std::string_view bytes, std::size_t wire_length, WirePacket& packet, Part& part,
               IpNotes& notes) {
  if (bytes.size() < 40) return false;
  std::size_t total = u16_at(bytes, 4) + 40U;
  if (total == 40) total = wire_length;
  packet.ttl = u8_at(bytes, 7);
  packet.source.host = host_at(bytes, 8, HostId::Family::v6);
  packet.destination.host = host_at(bytes, 24, HostId::Family::v6);
  part = part_of(bytes, 40, total, u8_at(bytes, 6));
  return skip_extensions(packet, part, notes);
}

bool read_ip(std::string_view bytes, std::size_t wire_length, Whose whose, WirePacket& packet,
             Part& part, IpNotes& notes) {
  if (bytes.empty()) return false;
  const auto version = u8_at(bytes, 0) >> 4;
  if (version == 4) return read_ipv4(bytes, wire_length, whose, packet, part, notes);
  return version == 6 && read_ipv6(bytes, wire_length, packet, part, notes);
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
  IpNotes ignored;
  if (!read_ip(quote, quote.size(), Whose::quoted, quoted, part, ignored)) return;
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

/// The long header that its connections begin with, of the versions that are in use.
/// Source: RFC 9000 section 17.2, RFC 9369 section 3; Google's own: `Q050` and such.
bool begins_quic(std::string_view bytes) {
  if (bytes.size() < 6 || (u8_at(bytes, 0) & 0xC0U) != 0xC0 || u8_at(bytes, 5) > 20) return false;
  const auto version = u32_at(bytes, 1);
  const bool draft = version >> 8 == 0xFF0000;
  const bool googles = version >> 24 == 'Q' || version >> 24 == 'T';
  return version == 1 || version == 0x6B3343CF || draft || googles;
}

void read_packet(FramePart ip, WirePacket& packet, IpNotes& notes, int layers);

/// False where it is no tunnel of IP.
bool read_tunnel(const Inside& inside, WirePacket& packet, IpNotes& notes, int layers) {
  if (inside.what != Inside::What::ip || layers >= kMostLayers) return false;
  WirePacket inner;
  inner.number = packet.number;
  inner.time = packet.time;
  packet = inner;
  notes.fragment.reset();
  read_packet(inside.ip, packet, notes, layers + 1);
  return true;
}

void read_udp(const Part& part, WirePacket& packet, IpNotes& notes, int layers) {
  const auto rest = part.behind(8);
  if (!rest) return;
  packet.source.port = u16_at(part.bytes, 0);
  packet.destination.port = u16_at(part.bytes, 2);
  const bool web = packet.source.port == 443 || packet.destination.port == 443;
  if (packet.source.port == 53 || packet.destination.port == 53) {
    packet.length = static_cast<std::uint32_t>(rest->length);
    read_dns_message(rest->bytes, packet, notes.qname);
  } else if (web && begins_quic(rest->bytes)) {
    packet.length = static_cast<std::uint32_t>(rest->length);
    packet.kind = WirePacket::Kind::quic;
  } else {
    const auto inside = in_udp_tunnel(packet.destination.port, *rest, layers);
    read_tunnel(inside, packet, notes, layers);
  }
}

void read_part(const Part& part, WirePacket& packet, IpNotes& notes, int layers) {
  if (part.protocol == kTcp) return read_tcp_segment(part, packet);
  if (part.protocol == kIcmp || part.protocol == kIcmp6) return read_icmp(part, packet);
  if (part.protocol == kUdp) return read_udp(part, packet, notes, layers);
  if (part.protocol == kEsp) notes.encrypted = true;
  read_tunnel(in_tunnel(part.protocol, part, layers), packet, notes, layers);
}

void read_packet(FramePart ip, WirePacket& packet, IpNotes& notes, int layers) {
  Part part;
  const auto length = std::max(ip.length, ip.bytes.size());
  const bool read = read_ip(ip.bytes, length, Whose::captured, packet, part, notes);
  notes.innermost = ip;
  notes.transport = part;
  notes.protocol = part.protocol;
  if (read) read_part(part, packet, notes, layers);
}

}  // namespace

void read_ip_packet(FramePart ip, WirePacket& packet, IpNotes& notes) {
  read_packet(ip, packet, notes, 0);
}

void read_ip_packet(std::string_view bytes, std::size_t wire_length, WirePacket& packet,
                    std::string& qname) {
  IpNotes notes;
  read_packet({bytes, wire_length}, packet, notes, 0);
  qname = std::move(notes.qname);
  if (packet.kind == WirePacket::Kind::dns) packet.qname = qname;
}

void read_reassembled(std::uint8_t protocol, FramePart whole, WirePacket& packet, IpNotes& notes) {
  Part part{whole, protocol};
  notes.fragment.reset();
  if (skip_extensions(packet, part, notes)) read_part(part, packet, notes, 0);
}

}  // namespace misproxy::evidence
