#include "virtual/tcp_sender.hpp"

#include <algorithm>

namespace misproxy::simulated {
namespace {

constexpr std::size_t kCompactAfter = 64 * 1024;
constexpr std::size_t kDuplicateThreshold = 3;  // RFC 5681 section 3.2

}  // namespace

// --- what is to be sent

void TcpSender::write(std::string_view bytes, Instant now) {
  if (bytes.empty()) return;
  restart_after_idle(now);
  buffer_ += bytes;
  end_ += bytes.size();
  write_ends_.push_back(end_);
}

void TcpSender::end() { ended_ = true; }

void TcpSender::open(std::uint64_t window, std::uint32_t congestion_window) {
  window_ = window;
  congestion_window_ = congestion_window;
}

std::string_view TcpSender::bytes(const Range& range) const {
  return std::string_view(buffer_).substr(static_cast<std::size_t>(range.begin - buffer_begin_),
                                          static_cast<std::size_t>(range.end - range.begin));
}

bool TcpSender::pushes(std::uint64_t begin, std::uint64_t end) const {
  const auto at = std::upper_bound(write_ends_.begin(), write_ends_.end(), begin);
  return at != write_ends_.end() && *at <= end;
}

TcpSender::Range TcpSender::range_of(const Flight& flight) const {
  return {flight.begin, flight.end, flight.fin, pushes(flight.begin, flight.end), flight.resent};
}

std::size_t TcpSender::on_its_way() const {
  return static_cast<std::size_t>(
      std::count_if(flights_.begin(), flights_.end(),
                    [](const Flight& flight) { return !flight.sacked && flight.on_its_way; }));
}

std::optional<TcpSender::Range> TcpSender::next_lost(Instant now, std::uint32_t mss) {
  if (state_ == State::open || on_its_way() >= congestion_window_) return std::nullopt;
  for (std::size_t i = 0; i < flights_.size(); ++i) {
    if (!flights_[i].lost || flights_[i].sacked || flights_[i].on_its_way) continue;
    if (state_ == State::recovery) ++reduction_sent_;
    return resend(i, now, mss);
  }
  return std::nullopt;
}

std::optional<TcpSender::Range> TcpSender::next_new(Instant now, std::uint32_t mss) {
  if (on_its_way() >= congestion_window_) return std::nullopt;
  auto range = fresh(now, mss);
  if (range && state_ == State::recovery) ++reduction_sent_;
  return range;
}

TcpSender::Range TcpSender::resend(std::size_t index, Instant now, std::uint32_t mss) {
  split(index, mss);
  collapse(index, mss);
  auto& flight = flights_[index];
  flight.sent_at = now;
  flight.order = ++sendings_;
  flight.resent = true;
  flight.on_its_way = true;
  if (flight.begin != flight.end) data_sent_ = now;
  return range_of(flight);
}

/// What was sent as one segment before the path got narrower goes on as several.
void TcpSender::split(std::size_t index, std::uint32_t mss) {
  auto& flight = flights_[index];
  if (flight.end - flight.begin <= mss) return;
  Flight rest = flight;
  rest.begin = flight.begin + mss;
  flight.end = rest.begin;
  flight.fin = false;
  flights_.insert(flights_.begin() + static_cast<std::ptrdiff_t>(index) + 1, rest);
}

/// A small segment takes the small ones behind it along, and the FIN, as far as they fit into one.
void TcpSender::collapse(std::size_t index, std::uint32_t mss) {
  auto& flight = flights_[index];
  const auto room = std::min<std::uint64_t>(flight.begin + mss, una_ + window_);
  if (flight.sacked || flight.end >= room) return;
  auto behind_it = index + 1;
  for (; behind_it < flights_.size(); ++behind_it) {
    const auto& next = flights_[behind_it];
    if (next.sacked || next.end > room) break;
    flight.end = next.end;
    flight.fin = next.fin;
    flight.resent = flight.resent || next.resent;
  }
  const auto first = flights_.begin() + static_cast<std::ptrdiff_t>(index);
  flights_.erase(first + 1, first + static_cast<std::ptrdiff_t>(behind_it - index));
}

TcpSender::Range TcpSender::sent(std::uint64_t begin, std::uint64_t end, bool fin, Instant now) {
  flights_.push_back({begin, end, fin, now, ++sendings_});
  nxt_ = end + (fin ? 1 : 0);
  fin_sent_ = fin_sent_ || fin;
  if (begin != end) data_sent_ = now;
  return range_of(flights_.back());
}

std::optional<TcpSender::Range> TcpSender::fresh(Instant now, std::uint32_t mss) {
  if (!has_unsent()) return std::nullopt;
  const auto end = std::min<std::uint64_t>(end_, nxt_ + mss);
  if (end > una_ + window_ && end > nxt_) return std::nullopt;  // a segment goes whole or waits
  return sent(nxt_, end, ended_ && end == end_, now);
}

std::optional<TcpSender::Range> TcpSender::squeeze(Instant now) {
  const auto edge = una_ + window_;
  if (in_flight() || nxt_ >= end_ || edge <= nxt_) return std::nullopt;
  return sent(nxt_, std::min(end_, edge), false, now);
}

std::optional<TcpSender::Range> TcpSender::probe(Instant now, std::uint32_t mss) {
  if (auto range = fresh(now, mss)) return range;
  if (flights_.empty()) return std::nullopt;
  split(flights_.size() - 1, mss);
  return resend(flights_.size() - 1, now, mss);
}

// --- what has arrived

TcpSender::Acked TcpSender::acknowledge(Acknowledgment told, Instant now) {
  Acked result;
  if (told.ack > nxt_ || told.ack < una_) return result;
  const bool was_limited = on_its_way() >= congestion_window_;
  const auto delivered_before = delivered_;
  const auto state_before = state_;
  window_ = told.window;
  Samples samples;
  result.advanced = told.ack > una_;
  remove_acknowledged(told.ack, samples, now);
  mark_sacked(told.sack, samples, now);
  // A SACK of what was sent after the head extends nothing: else the timeout would never come.
  result.restart = result.advanced || (samples.first_sacked && in_flight() &&
                                       *samples.first_sacked < flights_.front().sent_at);
  measure(samples, told, result.advanced, now);
  widen_patience(told.sack, told.ack);
  if (state_ != State::open && una_ >= recovery_point_) leave_recovery();
  if (std::exchange(newly_arrived_, false)) result.wait = look_for_losses(now);
  result.recovers = state_ == State::recovery && state_before != State::recovery;
  const auto delivered = delivered_ - delivered_before;
  if (state_ == State::recovery) {
    reduce(delivered, result.advanced);
  } else if (result.advanced) {
    grow(delivered, was_limited);
  }
  return result;
}

void TcpSender::remove_acknowledged(std::uint64_t ack, Samples& samples, Instant now) {
  una_ = ack;
  while (!flights_.empty() && behind(flights_.front()) <= ack) {
    const auto& flight = flights_.front();
    samples.resent_acked = samples.resent_acked || flight.resent;
    if (!flight.sacked) {
      ++delivered_;
      if (!flight.resent && flight.end < highest_sacked_) reordering_seen_ = true;
      if (!flight.resent) {
        samples.last_acked = flight.sent_at;
        if (!samples.first_acked) samples.first_acked = flight.sent_at;
      }
      arrived(flight, now);
    } else {
      --sacked_;
    }
    flights_.pop_front();
  }
  if (!flights_.empty() && flights_.front().begin < ack) flights_.front().begin = ack;
  while (!write_ends_.empty() && write_ends_.front() <= una_)
    write_ends_.pop_front();
  forget_buffer();
}

/// Of segments that were sent once only (Karn), else by the timestamp that comes back.
void TcpSender::measure(const Samples& samples, const Acknowledgment& told, bool advanced,
                        Instant now) {
  std::optional<Duration> measured;
  std::optional<Duration> least;
  if (samples.first_acked && !samples.resent_acked) {
    measured = now - *samples.first_acked;
    least = now - *samples.last_acked;
  }
  if (samples.first_sacked) {
    if (!measured) measured = now - *samples.first_sacked;
    least = now - *samples.last_sacked;
  }
  if (!measured && advanced) measured = least = told.echoed;
  if (measured && *measured > Duration::zero()) round_trip_.sample(*measured, *least);
  if (advanced) round_trip_.forgive();
}

void TcpSender::forget_buffer() {
  const auto done = static_cast<std::size_t>(std::min(una_bytes(), end_) - buffer_begin_);
  if (done < kCompactAfter && done < buffer_.size()) return;
  buffer_.erase(0, done);
  buffer_begin_ += done;
}

void TcpSender::mark_sacked(std::vector<Block> blocks, Samples& samples, Instant now) {
  std::sort(blocks.begin(), blocks.end());
  for (const auto& [begin, end] : blocks) {
    if (end <= una_ || end > nxt_) continue;  // told twice (RFC 2883), or of nothing that was sent
    for (auto& flight : flights_) {
      if (flight.sacked || flight.begin < begin || behind(flight) > end) continue;
      if (!flight.resent) {
        if (flight.end < highest_sacked_) reordering_seen_ = true;
        samples.last_sacked = flight.sent_at;
        if (!samples.first_sacked) samples.first_sacked = flight.sent_at;
      }
      flight.sacked = true;
      ++sacked_;
      ++delivered_;
      arrived(flight, now);
    }
    highest_sacked_ = std::max(highest_sacked_, end);
  }
}

void TcpSender::arrived(const Flight& flight, Instant now) {
  const Duration took = now - flight.sent_at;
  // It may have been the first sending that arrived (RFC 8985 section 6.2, step 2).
  if (flight.resent && (!round_trip_.known() || took < round_trip_.least())) return;
  newly_arrived_ = true;
  newest_took_ = took;
  newest_ = std::max(newest_, flight.order);
}

// --- what got lost

/// A D-SACK says that something was sent again without need: from then on RACK waits longer, once a
/// round trip, and for sixteen recoveries (RFC 8985 section 6.2, step 4).
void TcpSender::widen_patience(const std::vector<Block>& sack, std::uint64_t ack) {
  constexpr int most_steps = 255;
  constexpr int recoveries = 16;
  const bool twice = !sack.empty() &&
                     (sack[0].second <= ack || (sack.size() > 1 && sack[1].first <= sack[0].first &&
                                                sack[0].second <= sack[1].second));
  if (twice && newest_ > patience_since_) {
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

bool TcpSender::something_is_lost() const {
  return std::any_of(flights_.begin(), flights_.end(), [](const Flight& flight) {
    return flight.lost && !flight.sacked && !flight.on_its_way;
  });
}

void TcpSender::enter_recovery() {
  state_ = State::recovery;
  recovery_point_ = nxt_;
  threshold_ = std::max<std::uint32_t>(congestion_window_ * 7 / 10, 2);  // CUBIC's share, RFC 9438
  credit_ = 0;
  reduction_from_ = congestion_window_;
  reduction_delivered_ = 0;
  reduction_sent_ = 0;
}

void TcpSender::leave_recovery() {
  if (state_ == State::recovery) congestion_window_ = threshold_;
  patience_recoveries_ = std::max(0, patience_recoveries_ - 1);
  state_ = State::open;
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

void TcpSender::time_out() {
  if (state_ == State::open) threshold_ = std::max<std::uint32_t>(congestion_window_ * 7 / 10, 2);
  state_ = State::loss;
  recovery_point_ = nxt_;
  congestion_window_ = 1;
  credit_ = 0;
  for (auto& flight : flights_) {
    if (flight.sacked) continue;
    flight.lost = true;
    flight.on_its_way = false;
  }
  round_trip_.back_off();
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

// --- how much may be on its way

/// Half for each timeout of silence, but not below where a connection starts: what the window was
/// says little of the path after a while.
void TcpSender::restart_after_idle(Instant now) {
  if (in_flight() || !data_sent_) return;
  const auto timeout = round_trip_.timeout();
  auto idle = now - *data_sent_ - timeout;
  if (idle <= Duration::zero()) return;
  threshold_ = std::max(threshold_, congestion_window_ * 3 / 4);
  for (; idle > Duration::zero() && congestion_window_ > kInitialWindow; idle -= timeout)
    congestion_window_ = std::max(congestion_window_ / 2, kInitialWindow);
}

void TcpSender::grow(std::size_t packets, bool was_limited) {
  if (!was_limited && state_ == State::open) return;  // RFC 7661: what is not used does not grow
  if (congestion_window_ < threshold_) {
    congestion_window_ += static_cast<std::uint32_t>(packets);
    return;
  }
  credit_ += static_cast<std::uint32_t>(packets);
  if (credit_ < congestion_window_) return;
  credit_ = 0;
  ++congestion_window_;
}

}  // namespace misproxy::simulated
