#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/time.hpp"

namespace misproxy::simulated {

/// When a receiver acknowledges: at once, as the application reads, or 40 ms later, in the hope
/// that a segment of its own carries the acknowledgment.
///
/// As Linux does: the first segments at once; once the application has answered within 40 ms
/// ("pingpong"), later; more than one full segment at once. Source: RFC 1122 section 4.2.3.2, RFC
/// 5681 section 4.2, and measurements of Linux 6.18.
class AckPolicy {
 public:
  static constexpr Duration kDelay = std::chrono::milliseconds{40};

  /// `limit`: of our own segments' bytes, which is taken for the peer's until a larger one comes.
  void opens(std::size_t limit) { full_segment_ = std::min(kUnknown, limit); }
  void segment_came(std::size_t bytes, bool push, Instant now);
  void fin_came() { answers_ = true; }
  /// Something came twice, or out of order: tell at once for a while.
  void disturbed();
  void bytes_sent(Instant now);
  void acknowledged(int segments);
  /// The delay ran out without an answer of the application's.
  void delay_over() { answers_ = false; }

  /// `unacknowledged` bytes have come in order.
  bool at_once(std::uint64_t unacknowledged) const;
  /// Something has come beyond a gap that begins at `next`.
  bool tells_gap_at_once(std::uint64_t next);
  /// The application has read all there is.
  bool at_read(std::uint64_t unacknowledged) const;
  /// How long it waits, where it does: for a peer that has never sent bytes, a FIN alone is not
  /// waited with.
  Duration delay() const { return any_ ? kDelay : Duration{std::chrono::milliseconds{1}}; }

 private:
  static constexpr int kQuick = 16;
  static constexpr int kTellsGap = 3;         // RFC 5681 section 3.2: so many make the peer repeat
  static constexpr int kMostCompressed = 44;  // tcp_comp_sack_nr
  static constexpr std::size_t kUnknown = 536;  // RFC 9293 section 3.7.1

  std::size_t full_segment_ = kUnknown;
  bool any_ = false;
  int quick_ = 0;         // segments still to be acknowledged at once
  bool answers_ = false;  // pingpong
  int pushed_ = 0;        // since the last acknowledgment, 2 at most
  Instant last_{};
  std::uint64_t gap_at_ = 0;
  int gap_told_ = 0;
  int compressed_ = 0;  // that one acknowledgment will tell of
};

}  // namespace misproxy::simulated
