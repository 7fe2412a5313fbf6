#include "packets/packet_batch.hpp"

#include <algorithm>
#include <utility>

#include "packets/link_layer.hpp"
#include "packets/time_order.hpp"
#include "packets/wlan.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kBytes = 256 * 1024;
constexpr std::size_t kPackets = 2048;
constexpr std::size_t kSameTime = 256;  // frames, in which all fragments of a packet arrive
enum Mark : unsigned { kCut = 1, kWlan = 2, kIpsec = 4 };  // on a frame, for Unread
constexpr std::chrono::milliseconds kLate{1};              // by less, several queues of a card are

}  // namespace

bool PacketBatch::fill(CaptureReader& reader, HeldFrames& held) {
  frames_.clear();
  bytes_.clear();
  frames_.swap(held.frames);
  bytes_.swap(held.bytes);
  bool more = take_frames(reader, kBytes, kPackets);
  read_frames();
  const auto recent = packets_.size() - std::min(packets_.size(), kSameTime);
  if (more && fragments_.is_torn_behind(recent)) {
    more = take_frames(reader, 2 * kBytes, frames_.size() + kSameTime);
    read_frames();
  }
  unread_ = {};
  join_fragments();
  put_in_order(more, held);
  count_unread();
  return more;
}

/// False at the end of the file.
bool PacketBatch::take_frames(CaptureReader& reader, std::size_t bytes, std::size_t frames) {
  do {
    const auto frame = reader.next();
    if (!frame) return false;
    frames_.push_back(*frame);
    bytes_ += frame->bytes;
  } while (bytes_.size() < bytes && frames_.size() < frames);
  return true;
}

void PacketBatch::read_frames() {
  packets_.clear();
  frame_of_.clear();
  names_.clear();
  joined_.clear();
  fragments_.clear();
  marks_.assign(frames_.size(), 0);
  const char* at = bytes_.data();
  for (auto& each : frames_) {
    each.bytes = {at, each.bytes.size()};
    at += each.bytes.size();
    read(each);
  }
}

void PacketBatch::read(const RawFrame& frame) {
  auto inside = in_frame(frame.link_type, {frame.bytes, frame.length});
  if (frame.bytes.size() < frame.length) mark(frame, kCut);
  if (inside.what == Inside::What::encrypted) mark(frame, kWlan);
  read_ip(frame, inside.what == Inside::What::ip ? inside.ip : FramePart{});
  while (inside.more) {
    inside = in_aggregate(*inside.more);
    if (inside.what == Inside::What::ip) read_ip(frame, inside.ip);
  }
}

void PacketBatch::read_ip(const RawFrame& frame, FramePart ip) {
  auto& packet = packets_.emplace_back();
  frame_of_.push_back(static_cast<std::size_t>(&frame - frames_.data()));
  packet.number = frame.number;
  packet.time = frame.time;
  if (ip.bytes.empty()) return;
  read_ip_packet(ip, packet, notes_);
  if (packet.kind == WirePacket::Kind::dns)
    packet.qname = names_.emplace_back(std::move(notes_.qname));
  if (notes_.encrypted) mark(frame, kIpsec);
  if (notes_.fragment) fragments_.add(*notes_.fragment, packets_.size() - 1);
  notes_.encrypted = false;
  notes_.fragment.reset();
}

/// The whole stands where its first piece does.
void PacketBatch::join_fragments() {
  for (auto& whole : fragments_.whole()) {
    const auto& piece = packets_[whole.index];
    WirePacket packet;
    packet.number = piece.number;
    packet.time = piece.time;
    packet.ttl = piece.ttl;
    packet.ip_id = piece.ip_id;
    packet.source.host = piece.source.host;
    packet.destination.host = piece.destination.host;
    const std::string_view bytes = joined_.emplace_back(std::move(whole.bytes));
    read_reassembled(whole.protocol, {bytes, whole.length}, packet, notes_);
    if (packet.kind == WirePacket::Kind::dns)
      packet.qname = names_.emplace_back(std::move(notes_.qname));
    notes_.fragment.reset();
    packets_[whole.index] = packet;
  }
  unread_.torn_packets += fragments_.torn();
}

void PacketBatch::mark(const RawFrame& frame, unsigned mark) {
  marks_[static_cast<std::size_t>(&frame - frames_.data())] |= static_cast<std::uint8_t>(mark);
}

void PacketBatch::count_unread() {
  for (const unsigned mark : marks_) {
    if (mark == 0) continue;
    unread_.cut_frames += mark & kCut ? 1U : 0U;
    unread_.encrypted_wlan += mark & kWlan ? 1U : 0U;
    unread_.encrypted_ipsec += mark & kIpsec ? 1U : 0U;
  }
}

/// Where they are out of it, the newest half waits: what comes next may belong among them.
void PacketBatch::put_in_order(bool more, HeldFrames& held) {
  const auto earlier = [](const WirePacket& a, const WirePacket& b) { return a.time < b.time; };
  if (std::is_sorted(packets_.begin(), packets_.end(), earlier)) return note_late(held);
  const auto order = time_order(packets_);
  if (order.empty()) return note_late(held);
  auto given = more ? order.size() / 2 : order.size();
  while (given < order.size() && frame_of_[order[given]] == frame_of_[order[given - 1]])
    ++given;
  std::vector<WirePacket> sorted;
  sorted.reserve(given);
  for (std::size_t i = 0; i < given; ++i)
    sorted.push_back(packets_[order[i]]);
  std::vector<std::size_t> waiting;
  for (auto i = given; i < order.size(); ++i)
    waiting.push_back(frame_of_[order[i]]);
  std::sort(waiting.begin(), waiting.end());
  waiting.erase(std::unique(waiting.begin(), waiting.end()), waiting.end());
  for (const auto frame : waiting) {
    held.frames.push_back(frames_[frame]);
    held.bytes += frames_[frame].bytes;
    marks_[frame] = 0;  // to be looked at again
  }
  packets_ = std::move(sorted);
  note_late(held);
}

/// Those that belong in front of what was given before, and those that nothing puts in order.
void PacketBatch::note_late(HeldFrames& held) {
  for (const auto& packet : packets_) {
    if (*packet.time + kLate < held.given) ++unread_.late_packets;
    held.given = std::max(held.given, *packet.time);
  }
}

}  // namespace misproxy::evidence
