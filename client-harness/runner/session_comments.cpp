#include "runner/session_comments.hpp"

#include <algorithm>
#include <string_view>

namespace misproxy {
namespace {

using simulated::Frame;
using simulated::FramePtr;

/// A socket that listens everywhere does not know its own address.
bool is_same_way(const Packet& one, const Packet& other) {
  const bool one_address = one.source == other.source || one.destination == other.destination;
  return one_address && one.tcp()->source_port == other.tcp()->source_port &&
         one.tcp()->destination_port == other.tcp()->destination_port;
}

/// The kernel cuts otherwise, and may have put what was written before into the same segment.
bool holds_first_bytes(std::string_view payload, std::string_view wanted) {
  constexpr std::size_t enough = 24;
  return payload.find(wanted.substr(0, enough)) != std::string_view::npos;
}

bool shows(const Packet& packet, const Packet& wanted) {
  if (!is_same_way(packet, wanted)) return false;
  const auto& segment = *packet.tcp();
  const auto& told = *wanted.tcp();
  if (!told.payload.empty()) return holds_first_bytes(segment.payload, told.payload);
  return segment.fin == told.fin && segment.rst == told.rst && (told.fin || told.rst);
}

void add_comment(Frame& frame, std::string_view more) {
  if (!frame.comment.empty()) frame.comment += "; ";
  frame.comment += more;
}

}  // namespace

void SessionComments::expect(const std::vector<CommentedPacket>& packets) {
  for (const auto& each : packets) {
    if (each.comment.empty() || each.packet.tcp() == nullptr) continue;
    if (last_ && is_same_way(last_->packet, each.packet)) {
      add_comment(*last_, each.comment);  // it is silent from there on
      continue;
    }
    if (awaited_.size() == kMostAwaited) awaited_.pop_front();
    awaited_.push_back(each);
  }
}

void SessionComments::leaves(Frame& frame) {
  if (awaited_.empty() || frame.packet.tcp() == nullptr) return;
  const auto found = std::ranges::find_if(
      awaited_, [&](const CommentedPacket& each) { return shows(frame.packet, each.packet); });
  if (found == awaited_.end()) return;
  add_comment(frame, found->comment);
  awaited_.erase(found);
}

void SessionComments::reaches(const FramePtr& frame) {
  const auto* segment = frame->packet.tcp();
  if (segment != nullptr && !segment->payload.empty()) last_ = frame;
}

}  // namespace misproxy
