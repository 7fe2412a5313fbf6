#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "virtual/cubic.hpp"
#include "virtual/round_trip.hpp"

namespace misproxy::simulated {

/// The sending half of a TCP connection: what is to be sent, what is on its way, what got lost, and
/// how much may be on its way at once. It sends nothing and has no timers: it says which segment is
/// next. Positions are 64-bit: 0 is our SYN, our first byte 1.
///
///     buffer: | acknowledged | on its way (flights) | not sent yet |
///                            una                    nxt            end
///
/// Source: RFC 5681 (slow start, congestion avoidance), RFC 6928 (initial window 10), RFC 8985
/// (RACK: lost is what was sent before something that has arrived), RFC 6937 (proportional rate
/// reduction), RFC 6582 (NewReno, for a peer without SACK), RFC 5682 (F-RTO), RFC 3522 and RFC 3708
/// (what was sent again without need is found out by time stamps and D-SACK, and the window
/// restored), RFC 2861 (slow start after idle), RFC 9293 section 3.8.6 (window).
class TcpSender {
 public:
  static constexpr std::uint32_t kAfterLostSyn = 1;

  struct Range {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;  // of its bytes; a FIN stands behind it
    bool fin = false;
    bool push = false;
    bool resent = false;
  };
  using Block = std::pair<std::uint64_t, std::uint64_t>;

  /// `initial_window`: segments, where a connection starts, and starts again after idleness.
  explicit TcpSender(std::uint32_t initial_window) : initial_window_(initial_window) {}

  /// The application gives bytes, as one write: the last of its segments carries PSH.
  /// What exceeds half of the peer's window since the last PSH carries one as well.
  void write(std::string_view bytes, Instant now, std::uint32_t mss);
  /// The application sends no more: FIN, behind all that was written.
  void end();

  /// What is lost, or new, and may be sent now; nothing where the windows are full. It counts as
  /// sent at `now`.
  std::optional<Range> next_lost(Instant now, std::uint32_t mss);
  std::optional<Range> next_new(Instant now, std::uint32_t mss);
  /// The bytes of a range that is not acknowledged yet.
  std::string_view bytes(const Range& range) const;

  /// `window` in bytes; `echoed`: the round trip by the timestamp that the peer echoes, and
  /// `echoed_at` that timestamp as our clock's milliseconds. `bare`: nothing else came with it.
  struct Acknowledgment {
    std::uint64_t ack = 0;
    std::vector<Block> sack;
    std::uint64_t window = 0;
    std::optional<Duration> echoed;
    std::optional<Milliseconds> echoed_at;
    bool bare = false;
  };
  struct Acked {
    bool advanced = false;         // past una
    bool restart = false;          // the timer of retransmission counts from now on
    bool recovers = false;         // what was lost is found out by now
    std::optional<Duration> wait;  // until the next look at what may be lost (RACK's timer)
  };
  Acked acknowledge(Acknowledgment told, Instant now);
  /// RACK's timer: marks what is lost by now.
  void look_again(Instant now);
  /// The retransmission timer ran out: all that is not known to have arrived counts as lost, but
  /// for what has just been sent. `again`: without progress since the last time.
  void time_out(Instant now, bool again);
  /// All that may be sent by now is: what was asked for by F-RTO is new data, or else it is over,
  /// and what is lost goes out.
  bool gives_up_probing();
  /// Nothing more goes out, for now: whether the congestion window is what holds it back.
  void note_limit();
  /// The path takes smaller packets than what is on its way (RFC 1191): those are lost, without
  /// blame on the network.
  void shrink(std::uint32_t mss);
  /// Tail loss probe (RFC 8985 section 7): a new segment where there is one, else the last again.
  std::optional<Range> probe(Instant now, std::uint32_t mss);
  /// What fits a window too small for a whole segment, sent by the persist timer.
  std::optional<Range> squeeze(Instant now);

  /// The peer's window, and the congestion window, at the start of the connection.
  void open(std::uint64_t window, std::uint32_t congestion_window, bool sack);

  std::uint64_t una() const { return una_; }
  std::uint64_t nxt() const { return nxt_; }
  bool in_flight() const { return !flights_.empty(); }
  std::size_t packets_out() const { return flights_.size(); }
  bool has_unsent() const { return nxt_ < end_ || (ended_ && !fin_sent_); }
  /// All that was given, and the FIN if there is one, is acknowledged.
  bool all_acknowledged() const { return !in_flight() && !has_unsent(); }
  bool ended() const { return ended_; }
  bool fin_sent() const { return fin_sent_; }
  std::size_t queued_bytes() const {
    return static_cast<std::size_t>(end_ - std::min(una_bytes(), end_));  // a FIN is no byte
  }
  std::uint64_t window() const { return window_; }
  /// Nothing is known to be lost or out of order: a tail loss probe makes sense.
  bool undisturbed() const { return state_ == State::open && sacked_ == 0; }
  bool recovers() const { return state_ != State::open; }
  /// When what is acknowledged next was last sent. Only where something is in flight.
  Instant head_sent_at() const { return flights_.front().sent_at; }
  RoundTrip& round_trip() { return round_trip_; }

 private:
  /// What was sent as one segment and is not acknowledged.
  struct Flight {
    std::uint64_t begin;
    std::uint64_t end;
    bool fin;
    Instant sent_at;
    std::uint64_t order;  // of its last sending, among all: what left together has one instant only
    bool sacked = false;
    bool lost = false;
    bool resent = false;     // at least once
    bool on_its_way = true;  // the last sending of it may still arrive
    bool repeats() const { return lost && on_its_way && !sacked; }
  };
  enum class State { open, recovery, loss };

  std::uint64_t una_bytes() const { return std::max<std::uint64_t>(una_, 1); }
  std::uint64_t behind(const Flight& flight) const { return flight.end + (flight.fin ? 1 : 0); }
  std::size_t on_its_way() const;
  std::optional<Range> fresh(Instant now, std::uint32_t mss);
  Range sent(std::uint64_t begin, std::uint64_t end, bool fin, Instant now);
  Range range_of(const Flight& flight) const;
  Range resend(std::size_t index, Instant now, std::uint32_t mss);
  bool pushes(std::uint64_t begin, std::uint64_t end) const;
  void split(std::size_t index, std::uint32_t mss);
  void collapse(std::size_t index, std::uint32_t mss);
  /// What one acknowledgment tells of the round trip.
  struct Samples {
    std::optional<Instant> first_acked, last_acked, first_sacked, last_sacked;
    bool resent_acked = false;
    bool original_arrived = false;  // what was never resent, of what was out at the loss
    bool sacked = false;
    std::size_t acked_flights = 0;
  };
  /// What one acknowledgment means for the loss that is being repaired.
  struct Hearing {
    bool advanced = false;
    bool duplicate = false;  // it tells of nothing but that something else has come (Reno)
    bool before_resend = false;
    const Samples* samples = nullptr;
    Instant now{};
  };
  void remove_acknowledged(std::uint64_t ack, Samples& samples, Instant now);
  void mark_sacked(std::vector<Block> blocks, Samples& samples, Instant now);
  void measure(const Samples& samples, const Acknowledgment& told, bool advanced, Instant now);
  void arrived(const Flight& flight, Instant now);
  void widen_patience(const std::vector<Block>& sack, std::uint64_t ack);
  Duration patience() const;
  std::optional<Duration> look_for_losses(Instant now);
  bool something_is_lost() const;
  bool anything_repeats() const;
  void repair(const Hearing& heard, std::optional<Duration>& wait);
  bool leaves_recovery(const Hearing& heard);
  bool repair_loss(const Hearing& heard);
  bool undo_partly(const Hearing& heard);
  void look(const Hearing& heard, std::optional<Duration>& wait);
  void begin_undo();
  bool may_undo(const Hearing& heard) const;
  bool undo_where_all_came_twice();
  void undo(bool forgive);
  void count_twice(const std::vector<Block>& sack, std::uint64_t ack);
  void add_duplicate();
  void mark_head_lost();
  void eat_duplicates(std::size_t acked);
  void enter_recovery();
  void reduce(std::uint32_t delivered, bool progress);
  void restart_after_idle(Instant now);
  void grow(std::uint32_t packets, Instant now);
  bool is_limited() const;
  void forget_buffer();

  std::string buffer_;  // from `buffer_begin_` on
  std::uint64_t buffer_begin_ = 1;
  std::deque<std::uint64_t> write_ends_;
  std::deque<Flight> flights_;  // in order of position
  std::uint64_t una_ = 1;
  std::uint64_t nxt_ = 1;
  std::uint64_t end_ = 1;
  bool ended_ = false;
  bool fin_sent_ = false;
  std::uint64_t window_ = 0;
  std::uint32_t initial_window_;
  std::uint32_t congestion_window_ = initial_window_;
  bool sack_ = true;
  static constexpr std::uint32_t kNoThreshold = 0x7fffffff;
  std::uint32_t threshold_ = kNoThreshold;
  Cubic cubic_;
  std::uint64_t largest_window_ = 0;  // of the peer's, so far
  std::uint64_t pushed_ = 1;          // up to here a PSH has been set
  // Whether the congestion window holds things back, of this window's worth of data.
  bool held_back_ = true;
  std::size_t most_out_ = 0;
  std::uint64_t limit_noted_until_ = 0;

  // Without SACK: duplicate ACKs, each for a segment that has come out of order.
  std::size_t duplicates_ = 0;

  // To be restored, where it turns out that nothing was lost.
  std::optional<std::uint64_t> undo_from_;
  std::optional<int>
      undo_resent_;  // resent since, not known to have come twice; nothing before one
  std::uint32_t undo_threshold_ = 0;
  std::uint32_t undo_window_ = 0;
  std::optional<Milliseconds> resent_since_;  // on the clock of the time stamps
  bool spurious_ = false;  // a timeout is being tried for whether it was without need (F-RTO)
  bool probes_new_ = false;
  State state_ = State::open;
  std::uint64_t recovery_point_ = 0;
  std::size_t sacked_ = 0;
  std::uint64_t sendings_ = 0;
  std::optional<Instant> data_sent_;  // last
  std::uint32_t delivered_ = 0;       // segments, acknowledged or told of by SACK
  bool reordering_seen_ = false;
  std::uint64_t highest_sacked_ = 0;

  // RACK (RFC 8985): the latest sent of those that arrived, and how long one of them took.
  std::uint64_t newest_ = 0;
  Duration newest_took_{};
  bool newly_arrived_ = false;
  int patience_steps_ = 1;            // quarters of the least round trip
  int patience_recoveries_ = 0;       // that the steps are still kept for
  std::uint64_t patience_since_ = 0;  // the sending after which another D-SACK counts

  // Proportional rate reduction (RFC 6937), since recovery began.
  std::uint32_t reduction_from_ = 0;  // the congestion window then
  std::uint32_t reduction_delivered_ = 0;
  std::uint32_t reduction_sent_ = 0;
  RoundTrip round_trip_;
};

}  // namespace misproxy::simulated
