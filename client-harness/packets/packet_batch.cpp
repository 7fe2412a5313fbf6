#include "packets/packet_batch.hpp"

#include "packets/ip_packet.hpp"
#include "packets/link_layer.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kBytes = 256 * 1024;
constexpr std::size_t kPackets = 2048;

}  // namespace

bool PacketBatch::fill(CaptureReader& reader) {
  frames_.clear();
  bytes_.clear();
  packets_.clear();
  names_.clear();
  cut_frames_ = 0;
  std::optional<RawFrame> frame;
  do {
    frame = reader.next();
    if (!frame) break;
    frames_.push_back(*frame);
    bytes_ += frame->bytes;
  } while (bytes_.size() < kBytes && frames_.size() < kPackets);
  const char* at = bytes_.data();
  for (auto& each : frames_) {
    each.bytes = {at, each.bytes.size()};
    at += each.bytes.size();
    read(each, reader.link_type());
  }
  return frame.has_value();
}

void PacketBatch::read(const RawFrame& frame, int link_type) {
  if (frame.bytes.size() < frame.length) ++cut_frames_;
  auto& packet = packets_.emplace_back();
  packet.number = frame.number;
  packet.time = frame.time;
  const auto offset = ip_offset(link_type, frame.bytes);
  if (!offset || *offset > frame.bytes.size()) return;
  std::string name;
  read_ip_packet(frame.bytes.substr(*offset), frame.length - *offset, packet, name);
  if (packet.kind == WirePacket::Kind::dns) packet.qname = names_.emplace_back(std::move(name));
}

}  // namespace misproxy::evidence
