#include "packets/tcp_segment.hpp"

#include "packets/byte_view.hpp"

namespace misproxy::evidence {
namespace {

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

}  // namespace

void read_tcp_segment(const FramePart& part, WirePacket& packet) {
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

}  // namespace misproxy::evidence
