#include "pictures/packet_ladders.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "diagnose/quote.hpp"
#include "diagnose/track.hpp"

namespace misproxy::pictures {
namespace {

constexpr std::size_t kLately = 64;

using evidence::SocketId;
using evidence::WirePacket;

/// `tools.cisco.com:443` out of a CONNECT's target, which may name no port.
std::uint16_t port_of(const std::string& target) {
  const auto colon = target.rfind(':');
  if (colon == std::string::npos) return 0;
  unsigned port = 0;
  for (const char c : target.substr(colon + 1)) {
    if (c < '0' || c > '9' || port > 65535) return 0;
    port = port * 10 + static_cast<unsigned>(c - '0');
  }
  return static_cast<std::uint16_t>(port);
}

}  // namespace

PacketLadders::PacketLadders(std::string file, bool text, const evidence::Names& names,
                             Wanted wanted)
    : file_(std::move(file)), text_(text), names_(names), wanted_(std::move(wanted)) {}

PacketLadders::Side PacketLadders::side(const SocketId& end) {
  return {static_cast<std::uint8_t>(end.host.family), end.host.bytes, end.port};
}

PacketLadders::Open* PacketLadders::find(const WirePacket& packet) {
  const auto a = side(packet.source);
  const auto b = side(packet.destination);
  const auto found = open_.find({std::min(a, b), std::max(a, b)});
  if (found == open_.end()) return nullptr;
  auto& open = found->second;
  const bool anew = packet.syn && !packet.has_ack && open.ladder && open.ladder->is_closed();
  return anew ? nullptr : &open;
}

/// The proxy's own connection: it begins while a CONNECT for that port waits.
bool PacketLadders::is_upstream(const SocketId& from, const SocketId& to) const {
  return std::ranges::any_of(lately_, [&](const Open* open) {
    return open->ladder && open->ladder->waits_for_reply() && open->right.host == from.host &&
           !(open->right == to) && port_of(open->ladder->target()) == to.port;
  });
}

PacketLadders::Open* PacketLadders::open(const WirePacket& packet) {
  if (open_.size() == kMostOpen) return nullptr;
  const bool forth = diagnose::sent_by_client(packet);
  Open open;
  open.left = forth ? packet.source : packet.destination;
  open.right = forth ? packet.destination : packet.source;
  const auto left = names_.text(open.left);
  const auto right = names_.text(open.right);
  const auto title = fmt::format("{} > {}", left, right);
  const bool wanted = !wanted_ || wanted_(title);
  if (wanted && drawn_.size() == kMost) {
    ++left_out_;
  } else if (wanted) {
    const bool upstream = is_upstream(open.left, open.right);
    auto& drawn = drawn_.emplace_back();
    drawn.ladder.title = title;
    drawn.ladder.file = file_;
    drawn.ladder.unit = text_ ? "line" : "packet";
    drawn.ladder.names[upstream ? 1 : 0] = left;
    drawn.ladder.names[upstream ? 2 : 1] = right;
    drawn.graph.name(upstream ? "the proxy" : "the client", upstream ? "the origin" : "the proxy");
    open.drawn = &drawn;
    open.ladder =
        std::make_unique<ConnectionLadder>(drawn.ladder, upstream ? Lane::proxy : Lane::client,
                                           upstream ? Lane::origin : Lane::proxy, text_);
  }
  const auto a = side(packet.source);
  const auto b = side(packet.destination);
  auto& kept = open_[{std::min(a, b), std::max(a, b)}];
  if (kept.ladder) kept.ladder->finish(std::nullopt);
  kept = std::move(open);
  lately_.push_back(&kept);
  if (lately_.size() > kLately) lately_.pop_front();
  return &kept;
}

std::optional<std::chrono::nanoseconds> PacketLadders::since_start(const WirePacket& packet) {
  if (!packet.time) return std::nullopt;
  if (!start_) start_ = *packet.time;
  now_ = *packet.time - *start_;
  return now_;
}

void PacketLadders::take_icmp(const WirePacket& packet) {
  const auto at = since_start(packet);
  const auto a = side(packet.quoted_source);
  const auto b = side(packet.quoted_destination);
  const auto found = open_.find({std::min(a, b), std::max(a, b)});
  if (found == open_.end() || !found->second.ladder) return;
  found->second.ladder->icmp(packet, at, names_.text(packet.source.host));
}

void PacketLadders::take(const WirePacket& packet, std::string_view comment) {
  if (packet.kind == WirePacket::Kind::icmp) return take_icmp(packet);
  const auto at = since_start(packet);
  if (packet.kind == WirePacket::Kind::other && !packet.note.empty() && last_ != nullptr &&
      last_->ladder) {
    return last_->ladder->remark(packet.note, packet.number, at);
  }
  if (packet.kind != WirePacket::Kind::tcp) return;
  auto* found = find(packet);
  if (found == nullptr) found = open(packet);
  last_ = found;
  if (found == nullptr || !found->ladder) return;
  const bool from_left = packet.source == found->left;
  if (found->twins[from_left ? 0 : 1].has(packet)) return;
  found->ladder->take(packet, from_left, at, comment);
  found->drawn->graph.take(packet, from_left, at.value_or(std::chrono::nanoseconds{}));
}

void PacketLadders::finish() {
  for (auto& [ends, open] : open_) {
    if (open.ladder) open.ladder->finish(now_);
  }
}

}  // namespace misproxy::pictures
