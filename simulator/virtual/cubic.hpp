#pragma once

#include <cstdint>
#include <optional>

#include "core/time.hpp"

namespace misproxy::simulated {

/// How large a congestion window becomes: slow start, which ends where the round trip grows
/// (HyStart), CUBIC's curve behind it, and CUBIC's share after a loss.
///
/// Whole numbers in the kernel's units, so that the steps are its own: time in ticks of 4 ms for
/// the curve, windows in segments. Source: RFC 9438; RFC 9406 (HyStart++ is its successor);
/// measurements of Linux 6.18.
class Cubic {
 public:
  /// What the threshold becomes where something was lost with this window.
  std::uint32_t threshold_after_loss(std::uint32_t window);
  /// Nothing was sent for so long, up to now: the curve stood still meanwhile.
  void pause(Instant since, Instant now);
  /// A timeout: nothing that was learnt counts.
  void forget();

  /// The window after an acknowledgment of `packets`.
  std::uint32_t grow(std::uint32_t window, std::uint32_t threshold, std::uint32_t packets,
                     Instant now);

  /// A round trip. True where slow start should end: what is on its way fills the path.
  /// `position`: acknowledged; `next`: sent so far.
  bool sample(Duration round_trip, std::uint32_t window, bool slow_start, std::uint64_t position,
              std::uint64_t next, Instant now);

 private:
  void aim(std::uint32_t window, std::uint32_t packets, Instant now);
  void begin_epoch(std::uint32_t window, std::uint32_t packets, std::int64_t tick);
  void keep_up_with_reno(std::uint32_t window);
  void begin_round(std::uint64_t next, Instant now);

  std::uint32_t last_most_ = 0;  // the window when something was lost
  std::uint32_t origin_ = 0;     // where the curve is flat
  std::int64_t to_origin_ = 0;   // in 1/1024 s
  std::optional<std::int64_t> epoch_;
  std::uint32_t last_window_ = 0;
  std::int64_t last_tick_ = 0;
  std::uint32_t each_ = 0;  // so many packets acknowledged let the window grow by one
  std::uint32_t credit_ = 0;
  std::uint32_t acknowledged_ = 0;  // towards the next segment of Reno's window
  std::uint32_t reno_window_ = 0;
  Duration least_{};

  // HyStart, of this round trip.
  bool found_ = false;
  std::uint64_t round_end_ = 0;
  Instant round_began_{};
  Instant last_ack_{};
  std::optional<Duration> round_least_;
  int samples_ = 0;
};

}  // namespace misproxy::simulated
