#include "support/frames.hpp"

#include "capture/ip_bytes.hpp"
#include "packets/byte_view.hpp"
#include "packets/ip_packet.hpp"
#include "packets/text_parts.hpp"

namespace misproxy::test {
namespace {

using evidence::WirePacket;

/// TSval and TSecr, which the diagnosis does not ask for.
std::optional<Timestamps> timestamps(std::string_view options) {
  while (options.size() >= 2) {
    const auto kind = u8_at(options, 0);
    const std::size_t size = kind == 1 ? 1 : u8_at(options, 1);
    if (size == 0 || size > options.size()) break;
    if (kind == 8 && size == 10) return Timestamps{u32_at(options, 2), u32_at(options, 6)};
    options.remove_prefix(size);
  }
  return std::nullopt;
}

TcpSegment segment_of(const WirePacket& packet) {
  TcpSegment tcp;
  tcp.source_port = packet.source.port;
  tcp.destination_port = packet.destination.port;
  tcp.seq = packet.seq.value();
  tcp.ack = packet.ack.value_or(0);
  tcp.syn = packet.syn;
  tcp.has_ack = packet.has_ack;
  tcp.fin = packet.fin;
  tcp.rst = packet.rst;
  tcp.psh = packet.psh;
  tcp.window = packet.window.value();
  tcp.mss = packet.mss;
  tcp.sack_permitted = packet.sack_permitted;
  tcp.window_scale = packet.window_scale;
  tcp.timestamps = timestamps(packet.wire.options);
  for (std::size_t i = 0; i < packet.sack_count; ++i)
    tcp.sack.push_back({packet.sack[i].begin, packet.sack[i].end});
  tcp.payload = packet.payload;
  return tcp;
}

IcmpUnreachable unreachable_of(const WirePacket& packet) {
  IcmpUnreachable icmp;
  icmp.code = packet.icmp_code;
  icmp.next_hop_mtu = packet.next_hop_mtu;
  icmp.source = address_of(packet.quoted_source);
  icmp.destination = address_of(packet.quoted_destination);
  icmp.seq = packet.quoted_seq.value_or(0);
  return icmp;
}

}  // namespace

std::optional<ParsedPacket> parsed(const WirePacket& packet) {
  if (!is_told(packet)) return std::nullopt;
  ParsedPacket out;
  out.length = packet.length;
  out.packet.source = address_of(packet.source).host;
  out.packet.destination = address_of(packet.destination).host;
  out.packet.ttl = packet.ttl;
  out.packet.id = packet.ip_id;
  if (packet.kind == WirePacket::Kind::tcp)
    out.packet.body = segment_of(packet);
  else
    out.packet.body = unreachable_of(packet);
  out.packet = as_told(std::move(out.packet));
  return out;
}

Packet as_told(Packet packet) {
  packet.dont_fragment = packet.tcp() != nullptr;
  if (auto* icmp = std::get_if<IcmpUnreachable>(&packet.body)) icmp->quote.clear();
  return packet;
}

ReadFrames read_frames(const std::string& path) {
  ReadFrames read;
  auto opened = evidence::CaptureFile::open(path);
  if (auto* error = std::get_if<CaptureError>(&opened)) {
    read.error = *error;
    return read;
  }
  auto& capture = std::get<evidence::CaptureFile>(opened);
  while (const auto* packet = capture.next())
    read.frames.push_back({packet->number, *packet->time, parsed(*packet)});
  read.error = capture.error();
  return read;
}

Uncaptured::Uncaptured(std::chrono::nanoseconds time, const Packet& packet)
    : bytes_(ip_packet(packet)) {
  std::string qname;
  evidence::read_ip_packet(bytes_, bytes_.size(), packet_, qname);
  packet_.time = time;
}

}  // namespace misproxy::test
