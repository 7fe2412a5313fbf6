#include "capture/ip_bytes.hpp"

#include <algorithm>
#include <array>

#include "capture/checksum.hpp"
#include "core/ensure.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kIpHeader = 20;
constexpr std::size_t kIp6Header = 40;
constexpr std::size_t kTcpHeader = 20;
constexpr std::size_t kIcmpHeader = 8;
constexpr std::size_t kMostOptions = 40;
constexpr std::size_t kLongestPacket = 65535;
constexpr std::uint8_t kIcmp = 1;
constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kIcmp6 = 58;

/// A header under construction: big-endian numbers, one behind the other, and no allocation.
template <std::size_t Capacity>
class Header {
 public:
  void u8(unsigned value) { bytes_[size_++] = static_cast<char>(value); }
  void u16(unsigned value) {
    u8(value >> 8);
    u8(value & 0xFFU);
  }
  void u32(std::uint32_t value) {
    u16(value >> 16);
    u16(value & 0xFFFFU);
  }
  void patch_u16(std::size_t at, unsigned value) {
    bytes_[at] = static_cast<char>(value >> 8);
    bytes_[at + 1] = static_cast<char>(value & 0xFFU);
  }
  std::size_t size() const { return size_; }
  std::string_view view() const { return {bytes_.data(), size_}; }

 private:
  std::array<char, Capacity> bytes_{};
  std::size_t size_ = 0;
};

using TcpHeader = Header<kTcpHeader + kMostOptions>;

constexpr unsigned kNop = 1;

struct OptionSizes {
  std::size_t before_sack = 0;
  std::size_t blocks = 0;
  std::size_t total() const { return before_sack + (blocks > 0 ? 4 + 8 * blocks : 0); }
};

OptionSizes option_sizes(const TcpSegment& segment) {
  OptionSizes sizes;
  if (segment.mss) sizes.before_sack += 4;
  if (segment.timestamps) sizes.before_sack += 12;
  if (segment.sack_permitted && !segment.timestamps) sizes.before_sack += 4;
  if (segment.window_scale) sizes.before_sack += 4;
  sizes.blocks = std::min(segment.sack.size(), (kMostOptions - sizes.before_sack - 4) / 8);
  return sizes;
}

/// Two bytes that bring the next option to a word's boundary: nops, or sackOK where it is due.
void put_lead(TcpHeader& header, bool sack_permitted) {
  header.u8(sack_permitted ? 4 : kNop);
  header.u8(sack_permitted ? 2 : kNop);
}

void put_timestamps(TcpHeader& header, const TcpSegment& segment) {
  if (segment.timestamps) {
    put_lead(header, segment.sack_permitted);
    header.u8(8);
    header.u8(10);
    header.u32(segment.timestamps->value);
    header.u32(segment.timestamps->echo);
  } else if (segment.sack_permitted) {
    put_lead(header, false);
    put_lead(header, true);
  }
}

void put_sack(TcpHeader& header, const TcpSegment& segment, std::size_t blocks) {
  if (blocks == 0) return;
  put_lead(header, false);
  header.u8(5);
  header.u8(static_cast<unsigned>(2 + 8 * blocks));
  for (std::size_t i = 0; i < blocks; ++i) {
    header.u32(segment.sack[i].begin);
    header.u32(segment.sack[i].end);
  }
}

void put_options(TcpHeader& header, const TcpSegment& segment) {
  if (segment.mss) {
    header.u8(2);
    header.u8(4);
    header.u16(*segment.mss);
  }
  put_timestamps(header, segment);
  if (segment.window_scale) {
    header.u8(kNop);
    header.u8(3);
    header.u8(3);
    header.u8(*segment.window_scale);
  }
  put_sack(header, segment, option_sizes(segment).blocks);
}

std::size_t ip_header_bytes(const Packet& packet) {
  return packet.source.is_v6 ? kIp6Header : kIpHeader;
}

std::size_t ip_header_bytes(std::string_view ip_bytes) {
  if (static_cast<std::uint8_t>(ip_bytes[0]) >> 4 == 6) return kIp6Header;
  return (static_cast<std::uint8_t>(ip_bytes[0]) & 0x0fU) * std::size_t{4};
}

unsigned flags_of(const TcpSegment& segment) {
  return (segment.fin ? 0x01U : 0U) | (segment.syn ? 0x02U : 0U) | (segment.rst ? 0x04U : 0U) |
         (segment.psh ? 0x08U : 0U) | (segment.has_ack ? 0x10U : 0U) | (segment.urg ? 0x20U : 0U) |
         (segment.ece ? 0x40U : 0U) | (segment.cwr ? 0x80U : 0U);
}

/// With a pseudo header: of TCP, and of ICMP over IPv6.
std::uint16_t checksum_of(const Packet& packet, unsigned protocol, std::string_view header,
                          std::string_view payload) {
  Header<8> pseudo;  // RFC 9293 section 3.1, RFC 8200 section 8.1: the same sum
  pseudo.u32(static_cast<std::uint32_t>(header.size() + payload.size()));
  pseudo.u32(protocol);
  Checksum sum;
  sum.add(packet.source.wire());
  sum.add(packet.destination.wire());
  sum.add(pseudo.view());
  sum.add(header);
  sum.add(payload);
  return sum.value();
}

void append_tcp(std::string& out, const Packet& packet, const TcpSegment& segment) {
  TcpHeader header;
  header.u16(segment.source_port);
  header.u16(segment.destination_port);
  header.u32(segment.seq);
  header.u32(segment.has_ack ? segment.ack : 0);
  header.u8(tcp_header_bytes(segment) / 4U << 4);
  header.u8(flags_of(segment));
  header.u16(segment.window);
  header.u16(0);  // checksum
  header.u16(segment.urgent);
  put_options(header, segment);
  constexpr unsigned wrong = 0x0101;  // never 0xffff, which would be right again
  const auto checksum = checksum_of(packet, kTcp, header.view(), segment.payload);
  header.patch_u16(16, packet.wrong_checksum ? checksum ^ wrong : checksum);
  out += header.view();
  out += segment.payload;
}

void append_icmp(std::string& out, const IcmpUnreachable& unreachable) {
  Header<kIcmpHeader> header;
  header.u8(3);
  header.u8(unreachable.code);
  header.u16(0);  // checksum
  header.u16(0);
  header.u16(unreachable.next_hop_mtu);
  Checksum sum;
  sum.add(header.view());
  sum.add(unreachable.quote);
  header.patch_u16(2, sum.value());
  out += header.view();
  out += unreachable.quote;
}

/// Packet too big, or what says of IPv6 what the code says of IPv4. Source: RFC 4443 section 3.
void append_icmp6(std::string& out, const Packet& packet, const IcmpUnreachable& unreachable) {
  const bool too_big = unreachable.code == IcmpUnreachable::kFragmentationNeeded;
  const bool prohibited = unreachable.code == IcmpUnreachable::kAdminProhibited;
  Header<kIcmpHeader> header;
  header.u8(too_big ? 2 : 1);
  header.u8(too_big ? 0 : prohibited ? 1 : unreachable.code == 0 ? 0 : 3);
  header.u16(0);  // checksum
  header.u32(too_big ? unreachable.next_hop_mtu : 0);
  header.patch_u16(2, checksum_of(packet, kIcmp6, header.view(), unreachable.quote));
  out += header.view();
  out += unreachable.quote;
}

/// Source: RFC 8200 section 3.
void append_ip6_header(std::string& out, const Packet& packet, std::size_t length) {
  Header<kIp6Header> header;
  header.u32(0x60000000);
  header.u16(static_cast<unsigned>(length - kIp6Header));
  header.u8(packet.tcp() != nullptr ? kTcp : kIcmp6);
  header.u8(packet.ttl);
  out += header.view();
  out += packet.source.wire();
  out += packet.destination.wire();
}

void append_ip_header(std::string& out, const Packet& packet, std::size_t length) {
  if (packet.source.is_v6) return append_ip6_header(out, packet, length);
  Header<kIpHeader> header;
  header.u16(0x4500);
  header.u16(static_cast<unsigned>(length));
  header.u16(packet.id);
  header.u16(packet.dont_fragment ? 0x4000U : 0U);
  header.u8(packet.ttl);
  header.u8(packet.tcp() != nullptr ? kTcp : kIcmp);
  header.u16(0);  // checksum
  header.u32(packet.source.v4());
  header.u32(packet.destination.v4());
  Checksum sum;
  sum.add(header.view());
  header.patch_u16(10, sum.value());
  out += header.view();
}

/// `end_of_address`: its last four bytes.
void append_mac(std::string& out, std::string_view end_of_address) {
  out += std::string_view("\x02\x00", 2);
  out += end_of_address;
}

std::string_view last_four(const IpAddress& address) {
  const auto wire = address.wire();
  return wire.substr(wire.size() - 4);
}

std::string_view ether_type(bool is_v6) {
  return is_v6 ? std::string_view("\x86\xDD", 2) : std::string_view("\x08\x00", 2);
}

}  // namespace

std::uint16_t tcp_header_bytes(const TcpSegment& segment) {
  return static_cast<std::uint16_t>(kTcpHeader + option_sizes(segment).total());
}

std::size_t ip_length(const Packet& packet) {
  if (const auto* segment = packet.tcp()) {
    return ip_header_bytes(packet) + tcp_header_bytes(*segment) + segment->payload.size();
  }
  return ip_header_bytes(packet) + kIcmpHeader +
         std::get<IcmpUnreachable>(packet.body).quote.size();
}

std::string tcp_options(const TcpSegment& segment) {
  TcpHeader header;
  put_options(header, segment);
  return std::string(header.view());
}

void append_ip_packet(std::string& out, const Packet& packet) {
  const auto length = ip_length(packet);
  ensure(length <= kLongestPacket, "an IP packet has at most 65,535 bytes");
  append_ip_header(out, packet, length);
  if (const auto* segment = packet.tcp()) {
    append_tcp(out, packet, *segment);
  } else {
    const auto& message = std::get<IcmpUnreachable>(packet.body);
    packet.source.is_v6 ? append_icmp6(out, packet, message) : append_icmp(out, message);
  }
}

void append_ethernet_frame(std::string& out, const Packet& packet) {
  append_mac(out, last_four(packet.destination));
  append_mac(out, last_four(packet.source));
  out += ether_type(packet.source.is_v6);
  append_ip_packet(out, packet);
}

void append_ethernet_frame(std::string& out, std::string_view ip_bytes) {
  const bool is_v6 = static_cast<std::uint8_t>(ip_bytes[0]) >> 4 == 6;
  append_mac(out, is_v6 ? ip_bytes.substr(36, 4) : ip_bytes.substr(16, 4));
  append_mac(out, is_v6 ? ip_bytes.substr(20, 4) : ip_bytes.substr(12, 4));
  out += ether_type(is_v6);
  out += ip_bytes;
}

std::string ip_packet(const Packet& packet) {
  std::string bytes;
  bytes.reserve(ip_length(packet));
  append_ip_packet(bytes, packet);
  return bytes;
}

std::string ethernet_frame(const Packet& packet) {
  std::string bytes;
  bytes.reserve(kEthernetHeader + ip_length(packet));
  append_ethernet_frame(bytes, packet);
  return bytes;
}

void pass_hop(std::string& ip_bytes) {
  const bool is_v6 = static_cast<std::uint8_t>(ip_bytes[0]) >> 4 == 6;
  --ip_bytes[is_v6 ? 7 : 8];
  if (is_v6) return;
  ip_bytes[10] = ip_bytes[11] = 0;
  Checksum sum;
  sum.add(std::string_view(ip_bytes).substr(0, ip_header_bytes(ip_bytes)));
  ip_bytes[10] = static_cast<char>(sum.value() >> 8);
  ip_bytes[11] = static_cast<char>(sum.value() & 0xffU);
}

std::string quote_of(const Packet& packet) { return quote_of_bytes(ip_packet(packet)); }

std::string quote_of_bytes(std::string_view ip_bytes) {
  return std::string(ip_bytes.substr(0, ip_header_bytes(ip_bytes) + 8));
}

}  // namespace misproxy
