#include "virtual/link.hpp"

#include <algorithm>
#include <utility>

#include "capture/ip_bytes.hpp"
#include "core/draw.hpp"

namespace misproxy::simulated {
namespace {

constexpr std::int64_t kNanoseconds = 1'000'000'000;

}  // namespace

bool Link::loses() {
  return settings_.loss && draw_fraction(seed_, "link-loss", name_, count_) < *settings_.loss;
}

void Link::carry(FramePtr frame) {
  ++count_;
  if (loses()) {
    frame->comment = "lost on " + name_;
    return;
  }
  auto leaves = queue_.now();
  if (settings_.rate_bytes_per_s) {
    const auto bytes = static_cast<std::int64_t>(ip_length(frame->packet));
    leaves =
        std::max(leaves, free_at_) + Duration{bytes * kNanoseconds / *settings_.rate_bytes_per_s};
    free_at_ = leaves;
  }
  ++under_way_;
  queue_.at(leaves + std::chrono::microseconds{settings_.delay_us},
            [this, frame = std::move(frame)]() mutable {
              --under_way_;
              deliver_(std::move(frame));
            });
}

}  // namespace misproxy::simulated
