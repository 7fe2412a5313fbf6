#include "diagnose/stream.hpp"

#include <algorithm>

namespace misproxy::diagnose {
namespace {

using evidence::WirePacket;

constexpr std::size_t kRing = 32;  // segments
constexpr std::size_t kMostWaiting = 64 * 1024;
constexpr std::size_t kMostPieces = 1024;  // that wait; a capture may have cut them to no payload
constexpr std::size_t kMostHoles = 64;
constexpr std::size_t kMostResends = 16;
constexpr std::uint32_t kNear = 1U << 16;  // a first segment is no farther from its SYN
constexpr std::uint32_t kRelative = 1U << 24;

}  // namespace

void Stream::syn(std::uint32_t seq, bool text) {
  if (end_ > 0) return;
  base_ = seq + 1;
  settled_ = !text;
}

/// tcpdump's text has the SYN's own number, and from there on numbers that count from it; unless -S
/// was given: then the first is the SYN's or shortly behind it.
void Stream::settle(std::uint32_t seq) {
  if (settled_) return;
  settled_ = true;
  if (!base_) base_ = seq;
  if (seq - *base_ > kNear && seq < kRelative) base_ = 1;
}

std::uint64_t Stream::offset_of(std::uint32_t seq) {
  settle(seq);
  const auto low = *base_ + static_cast<std::uint32_t>(end_);
  const auto offset = static_cast<std::int64_t>(end_) + static_cast<std::int32_t>(seq - low);
  return offset < 0 ? 0 : static_cast<std::uint64_t>(offset);
}

bool Stream::segment(const WirePacket& packet, const PacketFile& file, std::optional<Time> at,
                     StreamSink& sink) {
  auto seq = packet.seq;
  if (seq && packet.syn) ++*seq;  // data of a SYN: RFC 7413
  const bool begins_before =
      seq && base_ && settled_ && end_ == 0 && static_cast<std::int32_t>(*seq - *base_) < 0;
  if (begins_before) return false;  // a keep-alive probe, or data from before the first we saw
  const auto offset = seq ? offset_of(*seq) : end_;
  const auto end = offset + packet.length;
  if (packet.length == 1 && end == end_) return false;  // a keep-alive probe of another kind
  ++flow_.segments;
  flow_.largest = std::max(flow_.largest, packet.length);
  if (end <= end_ && !fills_hole(offset, end)) {
    sent_again(offset, packet, file, at);
    return false;
  }
  if (offset > end_ && holes_.size() < kMostHoles) holes_.emplace(end_, offset);
  end_ = std::max(end_, end);
  remember(offset, packet, at);
  // A text may show more than there was: it ends lines in its own way.
  deliver(offset, packet.payload.substr(0, packet.length), packet.length, sink);
  return true;
}

void Stream::remember(std::uint64_t offset, const WirePacket& packet, std::optional<Time> at) {
  if (!any_new_) {
    any_new_ = true;
    source_ = packet.source;
    destination_ = packet.destination;
    if (packet.time) start_ = *packet.time - at.value_or(Time{0});
    sent_.reserve(kRing);
  }
  last_new_ = {offset, packet.length, at.value_or(Time{0}), packet.number, packet.line};
  has_ack_ = packet.has_ack;
  if (sent_.size() < kRing)
    sent_.push_back(last_new_);
  else
    sent_[next_sent_ % kRing] = last_new_;
  ++next_sent_;
  if (next_sent_ - next_arrived_ > kRing) next_arrived_ = next_sent_ - kRing;
}

void Stream::sent_again(std::uint64_t offset, const WirePacket& packet, const PacketFile& file,
                        std::optional<Time> at) {
  ++flow_.resent;
  auto known = std::find_if(resends_.begin(), resends_.end(),
                            [&](const Resends& each) { return each.offset == offset; });
  if (known == resends_.end()) {
    if (resends_.size() == kMostResends) {
      resends_.erase(
          std::min_element(resends_.begin(), resends_.end(),
                           [](const Resends& a, const Resends& b) { return a.count < b.count; }));
    }
    Resends fresh{offset, packet.length, packet.length, 1, {}, file.cite(packet), {}};
    for (const auto& sent : sent_) {
      if (sent.length == 0 || sent.offset > offset || sent.offset + sent.length <= offset) continue;
      fresh.length = sent.length;
      if (at) fresh.at.push_back(sent.at);
      fresh.first = cite(sent, file);
      break;
    }
    resends_.push_back(std::move(fresh));
    known = resends_.end() - 1;
  }
  known->last_length = packet.length;
  known->last = file.cite(packet);
  ++known->count;
  if (at && known->at.size() < 64) known->at.push_back(*at);
}

/// True where some of it was never seen: it is new to us, though not to its sender.
bool Stream::fills_hole(std::uint64_t begin, std::uint64_t end) {
  bool filled = false;
  auto hole = holes_.upper_bound(begin);
  if (hole != holes_.begin()) --hole;
  while (hole != holes_.end() && hole->first < end) {
    const auto [from, to] = *hole;
    if (to <= begin) {
      ++hole;
      continue;
    }
    filled = true;
    hole = holes_.erase(hole);
    if (from < begin) holes_.emplace(from, begin);
    if (end < to) hole = holes_.emplace(end, to).first;
  }
  return filled;
}

void Stream::deliver(std::uint64_t offset, std::string_view payload, std::uint32_t length,
                     StreamSink& sink) {
  while (offset > delivered_) {
    if (waiting_bytes_ + payload.size() <= kMostWaiting && waiting_.size() < kMostPieces)
      return keep(offset, payload, length);
    const auto next = waiting_.empty() ? offset : std::min(offset, waiting_.begin()->first);
    sink.skip(next - delivered_);  // give up what is missing
    delivered_ = next;
    drain(sink);
  }
  pass_on(offset, payload, length, sink);
  drain(sink);
}

/// Of two segments with one offset the longer one.
void Stream::keep(std::uint64_t offset, std::string_view payload, std::uint32_t length) {
  auto& [kept, kept_length] = waiting_[offset];
  if (kept_length >= length && kept.size() >= payload.size()) return;
  if (length < kept_length) return;
  waiting_bytes_ += payload.size() - kept.size();
  kept = payload;
  kept_length = length;
}

/// Nothing is missing in front of it.
void Stream::pass_on(std::uint64_t offset, std::string_view payload, std::uint32_t length,
                     StreamSink& sink) {
  const auto known = delivered_ - offset;
  if (known >= length) return;
  if (known < payload.size()) sink.take(payload.substr(known));
  const auto captured = std::max<std::uint64_t>(known, payload.size());
  if (captured < length) sink.skip(length - captured);
  delivered_ = offset + length;
}

void Stream::drain(StreamSink& sink) {
  while (!waiting_.empty() && waiting_.begin()->first <= delivered_) {
    const auto piece = waiting_.extract(waiting_.begin());
    waiting_bytes_ -= piece.mapped().first.size();
    pass_on(piece.key(), piece.mapped().first, piece.mapped().second, sink);
  }
}

void Stream::acknowledged(const WirePacket& packet, const PacketFile& file, std::optional<Time> at,
                          StreamSink& sink) {
  if (!packet.ack) return;
  if (!base_) {  // the capture began in the middle, with an ACK
    base_ = *packet.ack;
    settled_ = true;
  }
  if (!settled_ && end_ == 0) settle(*packet.ack);
  auto offset = offset_of(*packet.ack);
  if (offset == end_ + 1) offset = end_;  // of a FIN
  if (offset > end_) {                    // it has what we never saw
    flow_.lost_in_capture += offset - end_;
    end_ = offset;
  }
  const bool pure = packet.length == 0 && !packet.syn && !packet.fin && !packet.rst;
  if (pure && last_ack_ == offset && offset < end_ && packet.sack_count > 0) ++flow_.duplicate_acks;
  last_ack_ = offset;
  if (offset > flow_.acknowledged) {
    flow_.acknowledged = offset;
    note_acknowledged();
  }
  if (offset > delivered_) {  // so it is nowhere to come: go on behind it
    auto hole = holes_.begin();
    while (hole != holes_.end() && hole->first < offset) {
      flow_.lost_in_capture += std::min(hole->second, offset) - hole->first;
      hole = holes_.erase(hole);
    }
    const auto next = waiting_.empty() ? offset : std::min(offset, waiting_.begin()->first);
    sink.skip(next - delivered_);
    delivered_ = next;
    drain(sink);
    if (delivered_ < offset) {
      sink.skip(offset - delivered_);
      delivered_ = offset;
    }
  }
  if (packet.sack_count > 0) return note_sacks(packet, file, at);
  if (offset >= flow_.hole_end) flow_.missing_at_end = false;
}

/// The hole that counts lies in front of the first block; a block in front of the ACK is a D-SACK
/// and tells what it got twice (RFC 2883).
void Stream::note_sacks(const WirePacket& packet, const PacketFile& file, std::optional<Time> at) {
  auto first = packet.sack[0];
  for (std::uint8_t i = 0; i < packet.sack_count; ++i) {
    const auto& block = packet.sack[i];
    if (static_cast<std::int32_t>(block.begin - first.begin) < 0) first = block;
    note_sacked(offset_of(block.begin), offset_of(block.end));
  }
  const auto offset = last_ack_.value_or(0);
  const auto begin = offset_of(first.begin);
  if (begin <= offset) return;
  if (!flow_.missing_at_end || flow_.hole_begin != offset) flow_.hole_since = at;
  flow_.missing_at_end = true;
  flow_.lost_before_us = true;
  flow_.hole_begin = offset;
  flow_.hole_end = begin;
  flow_.hole_at = file.cite(packet);
}

/// Of the last segments sent, those that have arrived whole though others in front of them have
/// not.
void Stream::note_sacked(std::uint64_t begin, std::uint64_t end) {
  for (auto& sent : sent_) {
    if (sent.arrived || sent.offset < begin || sent.offset + sent.length > end) continue;
    sent.arrived = true;
    flow_.largest_acknowledged = std::max(flow_.largest_acknowledged, sent.length);
  }
}

/// Of the last segments sent, those that have arrived whole.
void Stream::note_acknowledged() {
  while (next_arrived_ != next_sent_) {
    const auto& sent = sent_[next_arrived_ % kRing];
    if (sent.offset + sent.length > flow_.acknowledged) return;
    flow_.largest_acknowledged = std::max(flow_.largest_acknowledged, sent.length);
    ++next_arrived_;
  }
}

void Stream::note_missing(const PacketFile& file) {
  for (const auto& sent : sent_) {
    const bool arrived = sent.arrived || sent.offset + sent.length <= flow_.acknowledged;
    if (arrived || sent.length <= flow_.largest_missing) continue;
    flow_.largest_missing = sent.length;
    flow_.missing = Sight{sent.at, cite(sent, file)};
  }
}

void Stream::finish(const PacketFile& file) {
  std::uint64_t unseen = 0;
  for (const auto& [begin, end] : holes_)
    unseen += end - begin;
  const auto missing = unseen + flow_.lost_in_capture;
  if (!file.text) flow_.unseen = missing;  // a text is an excerpt, as often as not
  flow_.bytes = end_ - std::min(end_, missing);
  flow_.unacknowledged = end_ - std::min(end_, flow_.acknowledged);
  const auto most =
      std::max_element(resends_.begin(), resends_.end(),
                       [](const Resends& a, const Resends& b) { return a.count < b.count; });
  if (most != resends_.end()) flow_.stubborn = *most;
  if (!any_new_) return;
  note_missing(file);
  flow_.last_payload = Sight{last_new_.at, cite(last_new_, file)};
}

/// A packet that is gone, by what was kept of it.
Place Stream::cite(const Sent& sent, const PacketFile& file) const {
  WirePacket packet;
  packet.kind = WirePacket::Kind::tcp;
  packet.source = source_;
  packet.destination = destination_;
  packet.has_ack = has_ack_;
  packet.number = sent.number;
  packet.line = sent.line;
  packet.length = sent.length;
  if (start_) packet.time = *start_ + sent.at;
  packet.seq = base_.value_or(0) + static_cast<std::uint32_t>(sent.offset);
  return file.cite(packet);
}

}  // namespace misproxy::diagnose
