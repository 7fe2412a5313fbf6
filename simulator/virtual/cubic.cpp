#include "virtual/cubic.hpp"

#include <algorithm>
#include <bit>

namespace misproxy::simulated {
namespace {

constexpr Duration kTick = std::chrono::milliseconds{4};
constexpr std::int64_t kTicksPerSecond = 250;
constexpr std::uint32_t kShare = 717;  // of 1024: what is left of the window
constexpr std::int64_t kScale = 410;   // of the cube, in 1/1024 and 1/10
constexpr std::uint32_t kRenoScale = 15;
constexpr std::uint32_t kFirstEach = 20;
constexpr std::uint32_t kHystartFrom = 16;  // segments

std::int64_t tick_of(Instant now) { return now / kTick; }

/// Bit by bit, for a floating one differs from machine to machine.
std::uint64_t cube_root(std::uint64_t cube) {
  std::uint64_t root = 0;
  for (auto bit = std::uint64_t{1} << 20; bit > 0; bit >>= 1) {
    const auto larger = root | bit;
    if (larger * larger * larger <= cube) root = larger;
  }
  return root;
}

/// As the kernel has it: a first guess by the leading bits and one step of Newton's, with which the
/// curve begins up to a thousandth sooner than it should. Where a step of the window is at stake,
/// that decides.
std::uint64_t quick_cube_root(std::uint64_t cube) {
  const auto scale = std::bit_width(cube) * 84 / 256 - 1;  // a third of the bits
  const auto leading = cube >> (3 * scale);                // 8 to 63
  // 65 times the root of the leading bits less 3/8, and 6: in 64ths, within 2 %.
  constexpr std::uint64_t scaled = 65 * 65 * 65;
  const auto guess = ((cube_root(scaled * (8 * leading - 3) / 8) + 6) << scale) >> 6;
  const auto thrice = 2 * guess + cube / (guess * (guess - 1));
  return thrice * 341 >> 10;
}

/// Of segments below the origin: how long the curve takes, in 1/1024 s.
std::int64_t time_to(std::uint32_t segments) {
  return static_cast<std::int64_t>(quick_cube_root((std::uint64_t{1} << 40) / kScale * segments));
}

}  // namespace

std::uint32_t Cubic::threshold_after_loss(std::uint32_t window) {
  epoch_.reset();
  last_most_ = window < last_most_ ? window * (1024 + kShare) / 2048 : window;
  return std::max<std::uint32_t>(window * kShare / 1024, 2);
}

void Cubic::pause(Instant since, Instant now) {
  if (epoch_) epoch_ = std::min(*epoch_ + tick_of(now) - tick_of(since), tick_of(now));
}

void Cubic::forget() {
  const auto round_end = round_end_;
  *this = Cubic{};
  round_end_ = round_end;
}

std::uint32_t Cubic::grow(std::uint32_t window, std::uint32_t threshold, std::uint32_t packets,
                          Instant now) {
  if (window < threshold) {
    const auto grown = std::min(window + packets, threshold);
    packets -= grown - window;
    window = grown;
    if (packets == 0) return window;
  }
  aim(window, packets, now);
  if (credit_ >= each_) {
    credit_ = 0;
    ++window;
  }
  credit_ += packets;
  if (credit_ >= each_) {
    const auto steps = credit_ / each_;
    credit_ -= steps * each_;
    window += steps;
  }
  return window;
}

void Cubic::begin_epoch(std::uint32_t window, std::uint32_t packets, std::int64_t tick) {
  epoch_ = tick;
  acknowledged_ = packets;
  reno_window_ = window;
  const bool above = last_most_ <= window;
  to_origin_ = above ? 0 : time_to(last_most_ - window);
  origin_ = above ? window : last_most_;
}

/// Sets `each_` so that the window is on the curve a round trip from now.
void Cubic::aim(std::uint32_t window, std::uint32_t packets, Instant now) {
  const auto tick = tick_of(now);
  acknowledged_ += packets;
  if (last_window_ == window && tick - last_tick_ <= kTicksPerSecond / 32) return;
  if (epoch_ && tick == last_tick_) return keep_up_with_reno(window);
  last_window_ = window;
  last_tick_ = tick;
  if (!epoch_) begin_epoch(window, packets, tick);
  const auto ticks = tick - *epoch_ + (least_ + kTick - Duration{1}) / kTick;
  const auto at = (ticks << 10) / kTicksPerSecond;
  const auto off = at < to_origin_ ? to_origin_ - at : at - to_origin_;
  const auto delta = (kScale * off * off * off) >> 40;
  const auto target = at < to_origin_ ? std::int64_t{origin_} - delta : origin_ + delta;
  each_ = target > window
              ? static_cast<std::uint32_t>(std::int64_t{window} / (target - std::int64_t{window}))
              : 100 * window;
  if (last_most_ == 0 && each_ > kFirstEach) each_ = kFirstEach;
  keep_up_with_reno(window);
}

void Cubic::keep_up_with_reno(std::uint32_t window) {
  const auto step = std::max<std::uint32_t>(window * kRenoScale >> 3, 1);
  while (acknowledged_ > step) {
    acknowledged_ -= step;
    ++reno_window_;
  }
  if (reno_window_ > window) each_ = std::min(each_, window / (reno_window_ - window));
  each_ = std::max<std::uint32_t>(each_, 2);
}

void Cubic::begin_round(std::uint64_t next, Instant now) {
  round_began_ = last_ack_ = now;
  round_end_ = next;
  round_least_.reset();
  samples_ = 0;
}

bool Cubic::sample(Duration round_trip, std::uint32_t window, bool slow_start,
                   std::uint64_t position, std::uint64_t next, Instant now) {
  if (epoch_ && tick_of(now) - *epoch_ < kTicksPerSecond) return false;
  if (least_ == Duration::zero() || round_trip < least_) least_ = round_trip;
  if (found_ || !slow_start) return false;
  if (position > round_end_) begin_round(next, now);
  if (window < kHystartFrom) return false;
  constexpr Duration apart = std::chrono::milliseconds{2};
  if (now - last_ack_ <= apart) {
    last_ack_ = now;
    constexpr Duration bunched = Milliseconds{1};  // ACKs of what left as one burst
    found_ = now - round_began_ > (least_ + bunched) / 2;
  }
  constexpr int enough = 8;
  round_least_ = std::min(round_least_.value_or(round_trip), round_trip);
  if (samples_ < enough) {
    ++samples_;
  } else {
    const Duration more = std::clamp<Duration>(least_ / 8, Milliseconds{4}, Milliseconds{16});
    found_ = found_ || *round_least_ > least_ + more;
  }
  return found_;
}

}  // namespace misproxy::simulated
