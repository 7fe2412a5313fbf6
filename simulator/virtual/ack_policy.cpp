#include "virtual/ack_policy.hpp"

#include <algorithm>
#include <utility>

namespace misproxy::simulated {

void AckPolicy::segment_came(std::size_t bytes, bool push, Instant now) {
  if (!any_) quick_ = kQuick;
  any_ = true;
  last_ = now;
  const bool full = bytes >= full_segment_;
  if (full) full_segment_ = bytes;
  if (full && !push) return;
  pushed_ = full ? std::max(pushed_, 1) : std::min(pushed_ + 1, 2);
}

void AckPolicy::disturbed() {
  quick_ = kQuick;
  answers_ = false;
}

void AckPolicy::bytes_sent(Instant now) {
  if (any_ && now - last_ < kDelay) answers_ = true;
}

void AckPolicy::acknowledged(int segments) {
  quick_ = std::max(0, quick_ - segments);
  pushed_ = 0;
  compressed_ = 0;
}

bool AckPolicy::tells_gap_at_once(std::uint64_t next) {
  if (compressed_ >= kMostCompressed) return true;
  if (std::exchange(gap_at_, next) != next) gap_told_ = 0;
  if (gap_told_ >= kTellsGap) {
    ++compressed_;
    return false;
  }
  ++gap_told_;
  return true;
}

bool AckPolicy::at_once(std::uint64_t unacknowledged) const {
  return unacknowledged > full_segment_ || (quick_ > 0 && !answers_);
}

bool AckPolicy::at_read(std::uint64_t unacknowledged) const {
  return unacknowledged > full_segment_ || pushed_ == 2 || (pushed_ == 1 && !answers_);
}

}  // namespace misproxy::simulated
