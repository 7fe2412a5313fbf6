#include "capture/packet_parser.hpp"

#include <algorithm>

#include "capture/byte_view.hpp"
#include "capture/ip_bytes.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kIpHeader = 20;
constexpr std::size_t kTcpHeader = 20;
constexpr std::size_t kIcmpHeader = 8;
constexpr std::uint8_t kIcmp = 1;
constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUnreachable = 3;

/// A part of a packet: what was captured of it, and how long it was.
struct Part {
  std::string_view bytes;
  std::size_t length = 0;

  Part behind(std::size_t size) const { return {bytes.substr(size), length - size}; }
  bool holds(std::size_t size) const { return bytes.size() >= size; }
};

void read_sack(std::string_view blocks, TcpSegment& segment) {
  for (; blocks.size() >= 8; blocks.remove_prefix(8))
    segment.sack.push_back({u32_at(blocks, 0), u32_at(blocks, 4)});
}

/// One option, without its kind and length; unknown ones and those of a wrong length say nothing.
void read_option(std::uint8_t kind, std::string_view value, TcpSegment& segment) {
  if (kind == 2 && value.size() == 2) segment.mss = u16_at(value, 0);
  if (kind == 3 && value.size() == 1) segment.window_scale = u8_at(value, 0);
  if (kind == 4 && value.empty()) segment.sack_permitted = true;
  if (kind == 5) read_sack(value, segment);
  if (kind == 8 && value.size() == 8)
    segment.timestamps = Timestamps{u32_at(value, 0), u32_at(value, 4)};
}

void read_options(std::string_view options, TcpSegment& segment) {
  while (!options.empty()) {
    const auto kind = u8_at(options, 0);
    if (kind == 0) return;
    std::size_t size = 1;
    if (kind != 1) {
      if (options.size() < 2) return;
      size = u8_at(options, 1);
      if (size < 2 || size > options.size()) return;
      read_option(kind, options.substr(2, size - 2), segment);
    }
    options.remove_prefix(size);
  }
}

void read_flags(std::uint16_t flags, TcpSegment& segment) {
  segment.fin = (flags & 0x01U) != 0;
  segment.syn = (flags & 0x02U) != 0;
  segment.rst = (flags & 0x04U) != 0;
  segment.psh = (flags & 0x08U) != 0;
  segment.has_ack = (flags & 0x10U) != 0;
}

bool read_tcp(const Part& part, ParsedPacket& parsed) {
  if (!part.holds(kTcpHeader)) return false;
  const std::size_t header = (u8_at(part.bytes, 12) >> 4) * 4U;
  if (header < kTcpHeader || !part.holds(header)) return false;
  TcpSegment segment;
  segment.source_port = u16_at(part.bytes, 0);
  segment.destination_port = u16_at(part.bytes, 2);
  segment.seq = u32_at(part.bytes, 4);
  segment.ack = u32_at(part.bytes, 8);
  parsed.wire.flags = u16_at(part.bytes, 12) & 0x1FFU;
  read_flags(parsed.wire.flags, segment);
  segment.window = u16_at(part.bytes, 14);
  parsed.wire.urgent = u16_at(part.bytes, 18);
  parsed.wire.options = part.bytes.substr(kTcpHeader, header - kTcpHeader);
  read_options(parsed.wire.options, segment);
  const auto payload = part.behind(header);
  segment.payload = payload.bytes;
  parsed.wire.length = payload.length;
  parsed.packet.body = std::move(segment);
  return true;
}

/// The packet that could not go on, as far as the message quotes it.
void read_quote(std::string_view quote, ParsedPacket& parsed, IcmpUnreachable& unreachable) {
  unreachable.quote = quote;
  unreachable.source.host = u32_at(quote, 12);
  unreachable.destination.host = u32_at(quote, 16);
  parsed.wire.quoted_protocol = u8_at(quote, 9);
  const std::size_t header = (u8_at(quote, 0) & 0x0FU) * 4U;
  if (quote.size() < header + 4) return;
  parsed.wire.quoted_ports = true;
  unreachable.source.port = u16_at(quote, header);
  unreachable.destination.port = u16_at(quote, header + 2);
  const bool numbered = parsed.wire.quoted_protocol == kTcp && quote.size() >= header + 8;
  if (numbered) unreachable.seq = u32_at(quote, header + 4);
}

bool read_icmp(const Part& part, ParsedPacket& parsed) {
  if (!part.holds(kIcmpHeader + kIpHeader) || u8_at(part.bytes, 0) != kUnreachable) return false;
  IcmpUnreachable unreachable;
  unreachable.code = u8_at(part.bytes, 1);
  unreachable.next_hop_mtu = u16_at(part.bytes, 6);
  read_quote(part.bytes.substr(kIcmpHeader), parsed, unreachable);
  parsed.wire.length = part.length;
  parsed.packet.body = std::move(unreachable);
  return true;
}

/// What the IP header carries, or nothing where it is no whole IPv4 packet's.
std::optional<Part> read_ip(const Part& frame, ParsedPacket& parsed) {
  if (!frame.holds(kIpHeader) || u8_at(frame.bytes, 0) >> 4 != 4) return std::nullopt;
  const std::size_t header = (u8_at(frame.bytes, 0) & 0x0FU) * 4U;
  std::size_t total = u16_at(frame.bytes, 2);
  if (total == 0) total = frame.length;  // left to the card by a sender that segments there
  parsed.wire.missing = total - std::min(total, frame.length);
  const bool fragment = (u16_at(frame.bytes, 6) & 0x3FFFU) != 0;
  if (header < kIpHeader || total < header || !frame.holds(header) || fragment) return std::nullopt;
  parsed.packet.source = u32_at(frame.bytes, 12);
  parsed.packet.destination = u32_at(frame.bytes, 16);
  parsed.packet.ttl = u8_at(frame.bytes, 8);
  parsed.packet.id = u16_at(frame.bytes, 4);
  parsed.packet.dont_fragment = (u16_at(frame.bytes, 6) & 0x4000U) != 0;
  return Part{frame.bytes.substr(0, total), total}.behind(header);
}

}  // namespace

std::optional<ParsedPacket> parse_packet(std::string_view bytes, std::size_t wire_length) {
  ParsedPacket parsed;
  const auto body = read_ip({bytes, std::max(wire_length, bytes.size())}, parsed);
  if (!body) return std::nullopt;
  const auto protocol = u8_at(bytes, 9);
  const bool known = (protocol == kTcp && read_tcp(*body, parsed)) ||
                     (protocol == kIcmp && read_icmp(*body, parsed));
  if (!known) return std::nullopt;
  return parsed;
}

WireForm wire_form(const Packet& packet) {
  const auto bytes = ip_packet(packet);
  const auto parsed = parse_packet(bytes, bytes.size());
  return parsed ? parsed->wire : WireForm{};
}

}  // namespace misproxy
