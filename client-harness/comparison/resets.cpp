#include "comparison/resets.hpp"

#include <algorithm>
#include <ranges>
#include <vector>

namespace misproxy::comparison {
namespace {

struct Came {
  std::int64_t ack;
  bool behind;  // the first RST
};

}  // namespace

bool is_reset(const Segment& segment) { return segment.flags.find('R') != std::string::npos; }

Resets::Resets(const Conversation& conversation, bool from_opener) {
  std::vector<Came> came;
  for (const auto& segment : conversation.segments) {
    if (segment.is_icmp) continue;
    if (segment.from_opener != from_opener) {
      if (segment.ack && !is_reset(segment)) came.push_back({*segment.ack, first_ != nullptr});
      continue;
    }
    if (!is_reset(segment)) continue;
    if (first_ == nullptr) first_ = &segment;
    if (segment.flags != "R") continue;
    const auto drew = std::ranges::find(came | std::views::reverse, segment.seq, &Came::ack);
    if (drew == came.rend()) continue;
    drawn_.insert(&segment);
    came.erase(std::prev(drew.base()));
  }
  undrawn_ = static_cast<std::size_t>(std::ranges::count(came, true, &Came::behind));
}

}  // namespace misproxy::comparison
