#include "pictures/connection_ladder.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/quote.hpp"
#include "packets/text_parts.hpp"

namespace misproxy::pictures {
namespace {

using evidence::WirePacket;

constexpr std::size_t kMostHoles = 64;

/// True where the sequence number `a` comes before `b`. Source: RFC 9293 section 3.4.
bool before(std::uint32_t a, std::uint32_t b) { return static_cast<std::int32_t>(a - b) < 0; }

std::string syn_detail(const WirePacket& packet) {
  auto text = packet.window ? fmt::format("win {}", *packet.window) : std::string();
  if (packet.mss) text += fmt::format(", mss {}", *packet.mss);
  if (packet.window_scale) text += fmt::format(", wscale {}", *packet.window_scale);
  return text;
}

}  // namespace

ConnectionLadder::ConnectionLadder(Ladder& ladder, Lane left, Lane right, bool text)
    : ladder_(ladder), rungs_(ladder), left_(left), right_(right), text_(text) {}

Row ConnectionLadder::arrow(const WirePacket& packet, bool from_left, Time at) const {
  Row row;
  row.from = from_left ? left_ : right_;
  row.to = from_left ? right_ : left_;
  row.at = at;
  row.first = row.last = packet.number;
  row.bytes = packet.length;
  return row;
}

/// What its numbers count from: a text may go on with relative ones behind its SYN.
void ConnectionLadder::learn(Flow& flow, const WirePacket& packet) const {
  if (!packet.seq) return;
  const auto seq = *packet.seq;
  if (packet.syn) {
    flow.base = seq + 1;
    flow.end = 0;
    return;
  }
  const bool relative = text_ && flow.base && !flow.any && seq == 1 && *flow.base != 1;
  if (!flow.base || relative) flow.base = relative ? 1 : seq;
}

bool ConnectionLadder::is_again(const Flow& flow, const WirePacket& packet) const {
  if (!flow.base || !packet.seq || !flow.any) return false;
  return !before(flow.end, *packet.seq - *flow.base + packet.length);
}

/// Whether it has bytes that were missing: lost on the way to here, or late.
bool ConnectionLadder::fills_hole(Flow& flow, std::uint32_t begin, std::uint32_t end) {
  const auto hole = std::ranges::find_if(flow.holes, [&](const auto& each) {
    return before(begin, each.second) && before(each.first, end);
  });
  if (hole == flow.holes.end()) return false;
  hole->first = end;
  if (!before(hole->first, hole->second)) flow.holes.erase(hole);
  return true;
}

std::string ConnectionLadder::numbers(const WirePacket& packet, const Flow& flow,
                                      const Flow& other) const {
  std::string text;
  if (packet.seq && flow.base) {
    const auto begin = *packet.seq - *flow.base + 1;
    text += packet.length > 0 ? fmt::format("seq {}:{}", begin, begin + packet.length)
                              : fmt::format("seq {}", begin);
  }
  if (packet.ack && other.base)
    text += fmt::format("{}ack {}", text.empty() ? "" : ", ", *packet.ack - *other.base + 1);
  if (packet.window) text += fmt::format("{}win {}", text.empty() ? "" : ", ", *packet.window);
  return text;
}

void ConnectionLadder::opening(Row row, const WirePacket& packet) {
  const bool again = packet.has_ack ? from_right_.any : from_left_.any;
  row.label = packet.has_ack ? "SYN, ACK" : "SYN";
  if (again) {
    row.label += " again";
    row.tone = Tone::trouble;
  }
  row.detail = syn_detail(packet);
  (packet.has_ack ? from_right_ : from_left_).any = true;
  handshake_ = packet.has_ack;
  rungs_.add(std::move(row));
}

void ConnectionLadder::ending(Row row, const WirePacket& packet) {
  closed_ = true;
  row.tone = Tone::ending;
  row.label = packet.rst ? "RST" : "FIN";
  if (packet.rst && !packet.has_ack) row.label += " (no ACK)";
  if (packet.sack_count > 0) row.label += ", with a hole (SACK)";
  rungs_.add(std::move(row));
}

void ConnectionLadder::note_head(const std::string& label, bool from_left) {
  if (from_left) {
    connect_open_ = label.starts_with("CONNECT ");
    if (connect_open_) target_ = label.substr(8);
    return;
  }
  if (connect_open_ && label.starts_with('2')) {
    tunnel_ = true;
    if (ladder_.name(Lane::origin).empty() && right_ == Lane::proxy)
      ladder_.names[static_cast<std::size_t>(Lane::origin)] = target_;
  }
  connect_open_ = false;
}

void ConnectionLadder::payload(Row row, Flow& flow, const WirePacket& packet, bool from_left) {
  const auto end = packet.seq && flow.base ? *packet.seq - *flow.base + packet.length : 0;
  if (is_again(flow, packet)) {
    row.tone = Tone::trouble;
    row.label = fills_hole(flow, end - packet.length, end) ? "fills a hole" : "sent again";
    return rungs_.add(std::move(row));
  }
  const bool gap = flow.any && packet.seq && flow.base && before(flow.end, end - packet.length);
  if (gap) {
    flow.speech.lose();
    if (flow.holes.size() < kMostHoles) flow.holes.emplace_back(flow.end, end - packet.length);
  }
  const auto said = flow.speech.take(packet.payload, packet.cut());
  flow.end = end;
  flow.any = true;
  row.tunnelled = tunnel_ && right_ == Lane::proxy;
  if (said.tone == Tone::head) note_head(said.label, from_left);
  row.tone = said.tone;
  row.label = packet.note.empty() ? said.label : diagnose::shown(packet.note, 80);
  if (!packet.note.empty() && row.tone == Tone::data) row.tone = Tone::tls;
  if (gap) {
    row.tone = Tone::trouble;
    row.label += " behind a hole";
  }
  rungs_.add(std::move(row));
}

void ConnectionLadder::acknowledgment(Row row, Flow& flow, const Flow& other,
                                      const WirePacket& packet) {
  const bool shut = packet.window && *packet.window == 0;
  const bool opened = flow.no_room && packet.window && !shut;
  const auto* last = rungs_.last();
  const bool late = last != nullptr && last->at && row.at &&
                    *row.at - last->until.value_or(*last->at) >= Rungs::kSilence;
  row.label = "ACK";
  row.bytes = 0;
  if (packet.sack_count > 0) {
    row.tone = Tone::trouble;
    row.label = "ACK with a hole (SACK)";
    const auto from = other.base.value_or(0) - 1;
    for (std::size_t i = 0; i < packet.sack_count; ++i)
      row.detail += fmt::format("{} sack {}:{}", i == 0 ? "," : "", packet.sack[i].begin - from,
                                packet.sack[i].end - from);
  } else if (shut || opened) {
    row.tone = shut ? Tone::trouble : Tone::tcp;
    row.label = shut ? "window closed: no more, please" : "window open again";
  } else if (!handshake_ && !late && row.injected.empty()) {
    return rungs_.absorb(packet.number, row.at);
  }
  flow.no_room = shut;
  rungs_.add(std::move(row));
}

void ConnectionLadder::take(const WirePacket& packet, bool from_left, Time at,
                            std::string_view comment) {
  auto& flow = from_left ? from_left_ : from_right_;
  auto& other = from_left ? from_right_ : from_left_;
  learn(flow, packet);
  auto row = arrow(packet, from_left, at);
  if (!comment.empty()) row.injected.push_back(diagnose::shown(comment, 300));
  if (packet.syn) return opening(std::move(row), packet);
  if (packet.ack && !other.base) other.base = *packet.ack;
  row.detail = numbers(packet, flow, other);
  if (packet.length > 0) {
    const bool ends = packet.fin || packet.rst;
    auto end = row;
    payload(std::move(row), flow, packet, from_left);
    handshake_ = false;
    if (!ends) return;
    row = std::move(end);
    row.injected.clear();
  }
  if (packet.fin || packet.rst) {
    ending(std::move(row), packet);
  } else {
    acknowledgment(std::move(row), flow, other, packet);
  }
  handshake_ = false;
}

void ConnectionLadder::icmp(const WirePacket& packet, Time at, const std::string& router) {
  Row row;
  row.kind = Row::Kind::remark;
  row.from = row.to = left_;
  row.tone = Tone::trouble;
  row.at = at;
  row.first = row.last = packet.number;
  const auto what = packet.icmp_type == 11 ? std::string("time exceeded")
                    : packet.icmp_code == 4
                        ? fmt::format("too large, the next hop takes {} bytes", packet.next_hop_mtu)
                        : std::string("unreachable");
  row.label = fmt::format("ICMP from {}: {}", router, what);
  rungs_.add(std::move(row));
}

void ConnectionLadder::remark(std::string_view text, std::uint64_t number, Time at) {
  Row row;
  row.kind = Row::Kind::remark;
  row.from = row.to = left_;
  row.at = at;
  row.first = row.last = number;
  row.label = diagnose::shown(text, 200);
  rungs_.add(std::move(row));
}

void ConnectionLadder::finish(Time at) {
  if (at && !closed_) rungs_.silent_until(*at, "of silence until the evidence ends");
}

}  // namespace misproxy::pictures
