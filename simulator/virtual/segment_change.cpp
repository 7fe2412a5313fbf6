#include "virtual/segment_change.hpp"

#include <algorithm>
#include <utility>

namespace misproxy::simulated {
namespace {

void take_out(TcpOption option, TcpSegment& segment) {
  switch (option) {
    case TcpOption::mss:
      return segment.mss.reset();
    case TcpOption::sack_permitted:
      segment.sack_permitted = false;
      return;
    case TcpOption::window_scale:
      return segment.window_scale.reset();
    case TcpOption::timestamps:
      return segment.timestamps.reset();
    case TcpOption::sack:
      return segment.sack.clear();
  }
}

void change_flags(const ControlBits& bits, TcpSegment& segment) {
  segment.fin = bits.fin;
  segment.syn = bits.syn;
  segment.rst = bits.rst;
  segment.psh = bits.psh;
  segment.has_ack = bits.ack;
  segment.urg = bits.urg;
  segment.ece = bits.ece;
  segment.cwr = bits.cwr;
}

void change_options(const SegmentChange& change, const FlowNumbers& numbers, Direction direction,
                    TcpSegment& segment) {
  for (const auto option : change.without)
    take_out(option, segment);
  if (change.mss) segment.mss = change.mss;
  if (change.window_scale) segment.window_scale = change.window_scale;
  if (segment.timestamps) {
    if (change.tsval) segment.timestamps->value = *change.tsval;
    if (change.tsecr) segment.timestamps->echo = *change.tsecr;
  }
  if (!change.sack) return;
  segment.sack.clear();
  const auto other = opposite(direction);
  for (const auto& [left, right] : *change.sack)
    segment.sack.push_back({numbers.absolute(other, left), numbers.absolute(other, right)});
}

}  // namespace

void change_segment(const SegmentChange& change, const FlowNumbers& numbers, Direction direction,
                    Packet& packet) {
  auto& segment = std::get<TcpSegment>(packet.body);
  if (change.flags) change_flags(*change.flags, segment);
  if (change.seq) segment.seq = numbers.absolute(direction, *change.seq);
  if (change.ack) segment.ack = numbers.absolute(opposite(direction), *change.ack);
  if (change.window) segment.window = *change.window;
  change_options(change, numbers, direction, segment);
  if (change.ttl) packet.ttl = static_cast<std::uint8_t>(*change.ttl + 1);  // the router takes one
  if (change.mask) {
    const auto end = std::min(segment.payload.size(), change.mask_at + change.mask_bytes);
    for (auto at = change.mask_at; at < end; ++at)
      segment.payload[at] = static_cast<char>(segment.payload[at] ^ *change.mask);
  }
  packet.wrong_checksum = packet.wrong_checksum || change.wrong_checksum;
}

Packet added_segment(const AddedSegment& added, const FlowNumbers& numbers, const SegmentWay& way) {
  const auto& own = numbers.said(way.direction);
  const auto& other = numbers.said(opposite(way.direction));
  TcpSegment segment;
  segment.source_port = way.source_port;
  segment.destination_port = way.destination_port;
  segment.seq = own.next;
  segment.ack = other.next;
  segment.window = added.fields.flags && added.fields.flags->rst ? std::uint16_t{0} : own.window;
  segment.payload = added.payload;
  const bool is_reset = added.fields.flags && added.fields.flags->rst;
  if (own.timestamps && !is_reset) {
    segment.timestamps =
        Timestamps{own.timestamps->value, other.timestamps ? other.timestamps->value : 0};
  }
  Packet packet;
  packet.source = way.source;
  packet.destination = way.destination;
  packet.body = std::move(segment);
  change_segment(added.fields, numbers, way.direction, packet);
  return packet;
}

}  // namespace misproxy::simulated
