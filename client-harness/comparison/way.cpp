#include "comparison/way.hpp"

#include <algorithm>

#include "comparison/side_by_side.hpp"

namespace misproxy::comparison {

Way::Way(const Conversation& conversation, bool from_opener) {
  for (const auto& segment : conversation.segments) {
    if (segment.is_icmp || segment.from_opener != from_opener) continue;
    if (!segment.sack.empty()) sacks_.push_back(&segment);
    if (segment.length == 0) {
      if (!segment.is_bare_ack()) others_.push_back(&segment);
      continue;
    }
    const auto behind = segment.seq + segment.length;
    ++times_[segment.seq];
    --times_[behind];
    largest_ = std::max(largest_, segment.length);
    if (behind <= end_) continue;
    first_[std::max(segment.seq, end_)] = {behind, segment.at};
    end_ = behind;
  }
  int sum = 0;
  for (auto& [place, times] : times_)
    times = sum += times;
}

int Way::times(std::int64_t place) const {
  const auto next = times_.upper_bound(place);
  return next == times_.begin() ? 0 : std::prev(next)->second;
}

bool Way::same_sendings(const Way& other, std::int64_t begin, std::int64_t end) const {
  if (times(begin) != other.times(begin)) return false;
  for (const auto* way : {this, &other}) {
    for (auto at = way->times_.upper_bound(begin); at != way->times_.end() && at->first < end; ++at)
      if (times(at->first) != other.times(at->first)) return false;
  }
  return true;
}

bool Way::flows_through(std::int64_t place) const {
  const auto next = first_.upper_bound(place);  // begins behind it
  if (next == first_.begin()) return false;
  const auto& [begin, piece] = *std::prev(next);
  if (begin < place) return place < piece.end;
  if (std::prev(next) == first_.begin()) return false;
  const auto& before = std::prev(std::prev(next))->second;
  return before.end == place && piece.at - before.at <= kBurst;
}

}  // namespace misproxy::comparison
