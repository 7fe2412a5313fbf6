// What a TcpSender takes for lost, what it does about that, and what it takes back.
#include <algorithm>
#include <utility>

#include "virtual/tcp_sender.hpp"

namespace misproxy::simulated {
namespace {

constexpr std::size_t kDuplicateThreshold = 3;  // RFC 5681 section 3.2

/// The first block is a D-SACK: it is below what is acknowledged, or within the second (RFC 2883).
bool tells_of_twice(const std::vector<TcpSender::Block>& sack, std::uint64_t ack) {
  if (sack.empty()) return false;
  const auto& first = sack[0];
  if (first.second <= ack) return true;
  return sack.size() > 1 && sack[1].first <= first.first && first.second <= sack[1].second;
}

}  // namespace

// --- what was lost, and whether it was

void TcpSender::repair(const Hearing& heard, std::optional<Duration>& wait) {
  if (state_ == State::recovery && una_ >= recovery_point_ && !leaves_recovery(heard)) return;
  switch (state_) {
    case State::recovery:
      if (!heard.advanced && !sack_ && heard.duplicate) add_duplicate();
      if (heard.advanced && undo_partly(heard)) return;
      if (undo_where_all_came_twice()) state_ = State::open;
      break;
    case State::loss:
      if (repair_loss(heard)) return;
      break;
    case State::open:
      if (!sack_ && heard.duplicate) add_duplicate();
      undo_where_all_came_twice();
      break;
  }
  look(heard, wait);
}

/// False where recovery goes on: without SACK until something beyond its end is acknowledged (RFC
/// 6582 section 3.2).
bool TcpSender::leaves_recovery(const Hearing& heard) {
  if (!sack_) duplicates_ = 0;
  const bool needless = may_undo(heard);
  if (needless) {
    undo(false);
  } else {
    patience_recoveries_ = std::max(0, patience_recoveries_ - 1);
  }
  if (!sack_ && una_ == recovery_point_) return false;
  if (!needless && undo_from_) congestion_window_ = threshold_;
  state_ = State::open;
  return true;
}

/// A timeout: it was without need where what was never sent again has arrived (F-RTO), or where the
/// first acknowledgment behind it echoes what was sent before it. True where that is all.
bool TcpSender::repair_loss(const Hearing& heard) {
  const auto end = [this] {
    state_ = State::open;
    spurious_ = probes_new_ = false;
  };
  if (heard.advanced && may_undo(heard)) {
    undo(true);
    if (sack_) end();
    return false;
  }
  if (spurious_ && heard.samples->original_arrived) {
    undo(true);
    end();
    return false;
  }
  const bool recovered = una_ >= recovery_point_;
  if (spurious_ && nxt_ > recovery_point_) {
    if (heard.samples->sacked || heard.duplicate) spurious_ = false;
  } else if (spurious_ && heard.advanced && !recovered) {
    recovery_point_ = nxt_;
    probes_new_ = nxt_ < end_ && una_ + window_ > nxt_;
    spurious_ = probes_new_;
    if (probes_new_) return true;
  }
  if (recovered) {
    if (may_undo(heard))
      undo(false);
    else
      patience_recoveries_ = std::max(0, patience_recoveries_ - 1);
    if (!sack_ && una_ == recovery_point_) return true;
    end();
    return false;
  }
  if (!sack_ && nxt_ > recovery_point_ && heard.duplicate) add_duplicate();
  return false;
}

/// A hole was filled by what had only been late. True where something resent is still out: then
/// nothing more is taken for lost.
bool TcpSender::undo_partly(const Hearing& heard) {
  if (!undo_from_ || !heard.before_resend) return false;
  reordering_seen_ = true;
  if (anything_repeats()) return true;
  undo(true);
  state_ = State::open;
  return false;
}

void TcpSender::look(const Hearing& heard, std::optional<Duration>& wait) {
  if (sack_) {
    if (std::exchange(newly_arrived_, false)) wait = look_for_losses(heard.now);
    return;
  }
  const bool partial = state_ == State::recovery && heard.advanced;
  if (partial || (state_ == State::open && duplicates_ >= kDuplicateThreshold)) mark_head_lost();
  if (state_ == State::open && something_is_lost()) enter_recovery();
}

void TcpSender::begin_undo() {
  undo_from_ = una_;
  undo_window_ = congestion_window_;
  const auto out = std::count_if(flights_.begin(), flights_.end(),
                                 [](const Flight& flight) { return flight.repeats(); });
  undo_resent_.reset();
  if (out > 0) undo_resent_ = static_cast<int>(out);
}

bool TcpSender::may_undo(const Hearing& heard) const {
  return undo_from_ && (undo_resent_ == 0 || heard.before_resend);
}

bool TcpSender::undo_where_all_came_twice() {
  if (!undo_from_ || undo_resent_ != 0) return false;
  undo(false);
  return true;
}

/// The windows are what they were. `forgive`: nothing counts as lost any more.
void TcpSender::undo(bool forgive) {
  for (auto& flight : flights_) {
    if (!forgive || flight.sacked) continue;
    flight.lost = false;
    flight.on_its_way = true;
  }
  congestion_window_ = std::max(congestion_window_, undo_window_);
  threshold_ = std::max(threshold_, undo_threshold_);
  undo_from_.reset();
  newly_arrived_ = true;
}

/// A D-SACK of what was sent again: once less that may have been needed (RFC 3708).
void TcpSender::count_twice(const std::vector<Block>& sack, std::uint64_t ack) {
  if (!undo_from_ || undo_resent_.value_or(0) <= 0) return;
  if (!tells_of_twice(sack, ack) || sack[0].second <= *undo_from_) return;
  --*undo_resent_;
}

// --- without SACK

void TcpSender::add_duplicate() {
  ++duplicates_;
  const auto lost = static_cast<std::size_t>(
      std::count_if(flights_.begin(), flights_.end(), [](const Flight& f) { return f.lost; }));
  const auto holes = std::max<std::size_t>(lost, 1);
  if (duplicates_ + holes > flights_.size())
    duplicates_ = flights_.size() - std::min(flights_.size(), holes);
  else
    ++delivered_;
}

/// One of them filled a hole, the others had told of themselves by duplicate ACKs.
void TcpSender::eat_duplicates(std::size_t acked) {
  if (state_ == State::open) {
    duplicates_ = 0;
    return;
  }
  if (acked == 0) return;
  delivered_ -= static_cast<std::uint32_t>(std::min(acked - 1, duplicates_));
  duplicates_ -= std::min(acked - 1, duplicates_);
}

void TcpSender::mark_head_lost() {
  if (flights_.empty() || (flights_.front().lost && !flights_.front().on_its_way)) return;
  flights_.front().lost = true;
  flights_.front().on_its_way = false;
}

// --- what got lost

/// A D-SACK says that something was sent again without need: from then on RACK waits longer, once a
/// round trip, and for sixteen recoveries (RFC 8985 section 6.2, step 4).
void TcpSender::widen_patience(const std::vector<Block>& sack, std::uint64_t ack) {
  constexpr int most_steps = 255;
  constexpr int recoveries = 16;
  if (tells_of_twice(sack, ack) && newest_ > patience_since_) {
    patience_steps_ = std::min(patience_steps_ + 1, most_steps);
    patience_recoveries_ = recoveries;
    patience_since_ = sendings_;
  } else if (patience_recoveries_ == 0) {
    patience_steps_ = 1;
  }
}

Duration TcpSender::patience() const {
  const bool certain =
      !reordering_seen_ && (state_ != State::open || sacked_ >= kDuplicateThreshold);
  if (certain) return Duration::zero();
  return std::min(round_trip_.least() / 4 * patience_steps_, round_trip_.smoothed());
}

std::optional<Duration> TcpSender::look_for_losses(Instant now) {
  const auto patient_for = patience();
  std::optional<Duration> wait;
  for (auto& flight : flights_) {
    if (flight.sacked || (flight.lost && !flight.on_its_way) || flight.order >= newest_) continue;
    const Duration left = newest_took_ + patient_for - (now - flight.sent_at);
    if (left > Duration::zero()) {
      wait = std::max(wait.value_or(left), left);
      continue;
    }
    flight.lost = true;
    flight.on_its_way = false;
  }
  if (state_ == State::open && something_is_lost()) enter_recovery();
  return wait;
}

void TcpSender::look_again(Instant now) {
  const auto before = state_;
  look_for_losses(now);
  if (state_ != before) reduce(1, false);
}

bool TcpSender::anything_repeats() const {
  return std::any_of(flights_.begin(), flights_.end(),
                     [](const Flight& flight) { return flight.repeats(); });
}

bool TcpSender::something_is_lost() const {
  return std::any_of(flights_.begin(), flights_.end(), [](const Flight& flight) {
    return flight.lost && !flight.sacked && !flight.on_its_way;
  });
}

void TcpSender::enter_recovery() {
  begin_undo();
  undo_threshold_ = std::max(threshold_, congestion_window_ * 3 / 4);
  state_ = State::recovery;
  recovery_point_ = nxt_;
  threshold_ = cubic_.threshold_after_loss(congestion_window_);
  reduction_from_ = congestion_window_;
  reduction_delivered_ = 0;
  reduction_sent_ = 0;
}

/// Proportional rate reduction: what arrives lets a share of it out, so that recovery sends all the
/// time, and ends with what the threshold allows.
void TcpSender::reduce(std::uint32_t delivered, bool progress) {
  if (delivered == 0) return;
  reduction_delivered_ += delivered;
  const auto under_way = static_cast<std::int64_t>(on_its_way());
  const std::int64_t below = std::int64_t{threshold_} - under_way;
  const auto owed = [this](std::uint64_t due) {
    return static_cast<std::int64_t>(due) - reduction_sent_;
  };
  std::int64_t more = 0;
  if (below < 0) {
    const std::uint64_t share = std::uint64_t{threshold_} * reduction_delivered_;
    more = owed((share + reduction_from_ - 1) / reduction_from_);
  } else {
    more = std::max<std::int64_t>(owed(reduction_delivered_), delivered);
    if (progress && !something_is_lost()) ++more;
    more = std::min(below, more);
  }
  more = std::max<std::int64_t>(more, reduction_sent_ > 0 ? 0 : 1);
  congestion_window_ = static_cast<std::uint32_t>(under_way + more);
}

void TcpSender::time_out(Instant now, bool again) {
  const bool fresh = state_ == State::open;
  const bool counts = fresh || una_ >= recovery_point_ || (state_ == State::loss && !again);
  if (!sack_) duplicates_ = 0;
  for (std::size_t i = 0; i < flights_.size(); ++i) {
    auto& flight = flights_[i];
    const bool just_sent = i > 0 && now - flight.sent_at < newest_took_;
    if (flight.sacked || just_sent) continue;
    flight.lost = true;
    flight.on_its_way = false;
  }
  if (counts) {
    undo_threshold_ =
        state_ == State::recovery ? threshold_ : std::max(threshold_, congestion_window_ * 3 / 4);
    begin_undo();
    threshold_ = cubic_.threshold_after_loss(congestion_window_);
  }
  cubic_.forget();
  congestion_window_ = static_cast<std::uint32_t>(on_its_way()) + 1;
  state_ = State::loss;
  recovery_point_ = nxt_;
  spurious_ = fresh || again;
  probes_new_ = false;
  round_trip_.back_off();
}

bool TcpSender::gives_up_probing() {
  if (!std::exchange(probes_new_, false) || nxt_ > recovery_point_) return false;
  spurious_ = false;
  return true;
}

void TcpSender::shrink(std::uint32_t mss) {
  bool found = false;
  for (auto& flight : flights_) {
    if (flight.sacked || flight.end - flight.begin <= mss) continue;
    flight.lost = true;
    flight.on_its_way = false;
    found = true;
  }
  if (!found || state_ != State::open) return;
  state_ = State::loss;  // without a smaller window: nobody was in the way
  recovery_point_ = nxt_;
}

}  // namespace misproxy::simulated
