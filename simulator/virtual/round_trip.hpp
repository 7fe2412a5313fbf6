#pragma once

#include <algorithm>

#include "core/time.hpp"

namespace misproxy::simulated {

/// The round-trip time of a connection, and the retransmission timeout that follows from it.
///
/// Source: RFC 6298 sections 2 and 5, with Linux's bounds: at least 200 ms above the smoothed
/// time, at most 120 s, one second before the first sample.
class RoundTrip {
 public:
  static constexpr Duration kFirst = std::chrono::seconds{1};
  static constexpr Duration kLeastVariance = std::chrono::milliseconds{200};
  static constexpr Duration kMost = std::chrono::seconds{120};

  /// `least`: of the segment sent last of those that it tells of.
  void sample(Duration measured, Duration least) {
    least_ = known() ? std::min(least_, least) : least;
    if (!known()) {
      smoothed_ = measured;
      variance_ = measured / 2;
    } else {
      const Duration error = measured - smoothed_;
      variance_ += (std::max(error, -error) - variance_) / 4;
      smoothed_ += error / 8;
    }
    backoff_ = 0;
  }

  bool known() const { return smoothed_ > Duration::zero(); }
  Duration smoothed() const { return smoothed_; }
  Duration least() const { return least_; }
  /// The timeout, doubled as often as it has run out since the last sample.
  Duration timeout() const {
    const Duration base = known() ? smoothed_ + std::max(kLeastVariance, 4 * variance_) : kFirst;
    return std::min(kMost, base * (std::int64_t{1} << std::min(backoff_, 12)));
  }
  void back_off() { ++backoff_; }
  void forgive() { backoff_ = 0; }

 private:
  Duration smoothed_{0};
  Duration variance_{0};
  Duration least_{0};
  int backoff_ = 0;
};

}  // namespace misproxy::simulated
