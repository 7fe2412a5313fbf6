#include "comparison/segment_log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/track.hpp"

namespace misproxy::comparison {
namespace {

using evidence::SocketId;
using evidence::WirePacket;

std::tuple<std::array<std::uint8_t, 16>, std::uint16_t> side(const SocketId& end) {
  return {end.host.bytes, end.port};
}

/// Over the end of the 32 bits as well.
std::int64_t relative(std::uint32_t number, const std::optional<std::uint32_t>& base) {
  return static_cast<std::int32_t>(number - base.value_or(0));
}

std::string flags_of(const WirePacket& packet) {
  std::string flags;
  if (packet.syn) flags += 'S';
  if (packet.fin) flags += 'F';
  if (packet.rst) flags += 'R';
  if (packet.psh) flags += 'P';
  if (packet.wire.flags & 0x20U) flags += 'U';
  if (packet.wire.flags & 0x40U) flags += 'E';
  if (packet.wire.flags & 0x80U) flags += 'W';
  if (packet.has_ack) flags += '.';
  return flags;
}

}  // namespace

SegmentLog::Open* SegmentLog::find(const SocketId& one, const SocketId& other) {
  const auto a = side(one);
  const auto b = side(other);
  const auto found = open_.find({std::min(a, b), std::max(a, b)});
  return found == open_.end() ? nullptr : &found->second;
}

SegmentLog::Open& SegmentLog::open(const WirePacket& packet) {
  const bool forth = diagnose::sent_by_client(packet);
  const auto& opener = forth ? packet.source : packet.destination;
  const auto& responder = forth ? packet.destination : packet.source;
  auto& told = conversations_.emplace_back();
  told.opener = names_.text(opener.host);
  told.responder = names_.text(responder);
  told.nth = ++counts_[{told.opener, told.responder}];
  const auto a = side(opener);
  const auto b = side(responder);
  return open_[{std::min(a, b), std::max(a, b)}] = Open{opener, &told, {}};
}

/// Only what is new is said: what comes again has been read.
std::string SegmentLog::carried(Direction& direction, const WirePacket& packet, std::int64_t seq) {
  if (packet.length == 0) return {};
  const auto end = static_cast<std::uint32_t>(seq + packet.length);
  if (end <= direction.end) return "sent again";
  if (seq > direction.end && direction.end > 1) direction.speech.lose();
  direction.end = end;
  return direction.speech.take(packet.payload, packet.cut()).label;
}

Segment SegmentLog::read(Open& open, const WirePacket& packet, bool from_opener) {
  auto& own = open.directions[from_opener ? 0 : 1];
  auto& other = open.directions[from_opener ? 1 : 0];
  if (packet.seq && packet.syn && !own.base) own.base = *packet.seq;
  if (packet.seq && !own.base && !packet.rst) own.base = *packet.seq - 1;
  if (packet.has_ack && !other.base) other.base = *packet.ack - 1;
  Segment segment;
  segment.from_opener = from_opener;
  segment.flags = flags_of(packet);
  segment.seq = relative(packet.seq.value_or(0), own.base);
  if (packet.has_ack) segment.ack = relative(packet.ack.value_or(0), other.base);
  segment.length = packet.length;
  for (std::size_t i = 0; i < packet.sack_count; ++i)
    segment.sack.emplace_back(relative(packet.sack[i].begin, other.base),
                              relative(packet.sack[i].end, other.base));
  if (packet.syn) {
    segment.mss = packet.mss;
    segment.window_scale = packet.window_scale;
    segment.sack_permitted = packet.sack_permitted;
  }
  segment.no_room = !packet.rst && packet.window == 0;
  segment.carries = carried(own, packet, segment.seq);
  return segment;
}

void SegmentLog::packet(const WirePacket& packet) {
  const bool icmp = packet.kind == WirePacket::Kind::icmp;
  if (!icmp && packet.kind != WirePacket::Kind::tcp) return;
  if (!start_) start_ = packet.time;
  auto* known = icmp ? find(packet.quoted_source, packet.quoted_destination)
                     : find(packet.source, packet.destination);
  if (known == nullptr && icmp) return;
  auto& found = known != nullptr ? *known : open(packet);
  Segment segment;
  if (icmp) {
    segment.is_icmp = true;
    segment.from_opener = !(packet.quoted_source == found.opener);
    segment.flags = fmt::format("{}/{}", packet.icmp_type, packet.icmp_code);
    segment.mtu = packet.next_hop_mtu;
  } else {
    segment = read(found, packet, packet.source == found.opener);
  }
  if (packet.time) segment.at = *packet.time - *start_;
  if (found.told->segments.size() == kMostSegments)
    ++found.told->left_out;
  else
    found.told->segments.push_back(std::move(segment));
}

}  // namespace misproxy::comparison
