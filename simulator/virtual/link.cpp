#include "virtual/link.hpp"

#include <algorithm>
#include <utility>

#include "core/draw.hpp"

namespace misproxy::simulated {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;
constexpr std::int64_t kGigabit = 125'000'000;  // bytes a second, where the scenario says nothing

}  // namespace

bool Link::loses() {
  return settings_.loss && draw_fraction(seed_, "link-loss", name_, count_) < *settings_.loss;
}

/// A frame leaves when those before it have: two never share an instant.
void Link::carry(FramePtr frame) {
  ++count_;
  const bool lost = loses();
  if (lost) frame->comment = "lost on " + name_;
  const auto now = timing_.now();
  const auto begins = std::max(now, free_at_);
  free_at_ = begins + time_of(*frame);
  if (begins == now) {
    leaves_(frame);
  } else {
    ++under_way_;
    timing_.at(begins, [this, frame] {
      --under_way_;
      leaves_(frame);
    });
  }
  if (lost) return;
  ++under_way_;
  timing_.at(free_at_ + std::chrono::microseconds{settings_.delay_us},
             [this, frame = std::move(frame)]() mutable {
               --under_way_;
               deliver_(std::move(frame));
             });
}

Duration Link::time_of(const Frame& frame) const {
  const auto bytes = static_cast<std::int64_t>(frame.ip_bytes());
  const auto rate = settings_.rate_bytes_per_s.value_or(kGigabit);
  return std::max(Duration{1}, Duration{bytes * kNanoseconds / rate});
}

}  // namespace misproxy::simulated
