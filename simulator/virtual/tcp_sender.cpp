#include "virtual/tcp_sender.hpp"

#include <algorithm>

namespace misproxy::simulated {
namespace {

constexpr std::size_t kCompactAfter = 64 * 1024;
constexpr std::size_t kDuplicateThreshold = 3;  // RFC 5681 section 3.2

}  // namespace

// --- what is to be sent

void TcpSender::write(std::string_view bytes) {
  if (bytes.empty()) return;
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

std::optional<TcpSender::Range> TcpSender::next_segment(Instant now, std::uint32_t mss) {
  const bool forced = std::exchange(must_resend_, false);
  if (!forced && on_its_way() >= congestion_window_) return std::nullopt;
  if (state_ != State::open) {
    if (auto lost = next_lost(now, mss)) return lost;
  }
  if (on_its_way() >= congestion_window_) return std::nullopt;
  return next_new(now, mss);
}

std::optional<TcpSender::Range> TcpSender::next_lost(Instant now, std::uint32_t mss) {
  for (std::size_t i = 0; i < flights_.size(); ++i) {
    if (!flights_[i].lost || flights_[i].sacked || flights_[i].on_its_way) continue;
    split(i, mss);
    return resend(flights_[i], now);
  }
  return std::nullopt;
}

TcpSender::Range TcpSender::resend(Flight& flight, Instant now) {
  flight.sent_at = now;
  flight.resent = true;
  flight.on_its_way = true;
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

std::optional<TcpSender::Range> TcpSender::next_new(Instant now, std::uint32_t mss) {
  if (!has_unsent()) return std::nullopt;
  const auto end = std::min<std::uint64_t>(end_, nxt_ + mss);
  if (end > una_ + window_ && end > nxt_) return std::nullopt;  // a segment goes whole or waits
  const bool fin = ended_ && end == end_;
  flights_.push_back({nxt_, end, fin, now});
  nxt_ = end + (fin ? 1 : 0);
  fin_sent_ = fin_sent_ || fin;
  return range_of(flights_.back());
}

std::optional<TcpSender::Range> TcpSender::squeeze(Instant now) {
  const auto edge = una_ + window_;
  if (in_flight() || nxt_ >= end_ || edge <= nxt_) return std::nullopt;
  flights_.push_back({nxt_, std::min(end_, edge), false, now});
  nxt_ = flights_.back().end;
  return range_of(flights_.back());
}

std::optional<TcpSender::Range> TcpSender::probe(Instant now, std::uint32_t mss) {
  if (auto fresh = next_new(now, mss)) return fresh;
  if (flights_.empty()) return std::nullopt;
  split(flights_.size() - 1, mss);
  return resend(flights_.back(), now);
}

// --- what has arrived

TcpSender::Acked TcpSender::acknowledge(std::uint64_t ack, const std::vector<Block>& sack,
                                        std::uint64_t window, Instant now) {
  Acked result;
  if (ack > nxt_ || ack < una_) return result;
  const bool was_limited = on_its_way() >= congestion_window_;
  window_ = window;
  const auto before = flights_.size();
  if (ack > una_) {
    remove_acknowledged(ack, now);
    result.advanced = true;
    round_trip_.forgive();
  }
  mark_sacked(sack, now);
  if (state_ != State::open && una_ >= recovery_point_) {
    if (state_ == State::recovery) congestion_window_ = threshold_;
    state_ = State::open;
    for (auto& flight : flights_)
      flight.lost = false;
  }
  if (result.advanced && state_ != State::recovery) grow(before - flights_.size(), was_limited);
  const auto lost_before = state_;
  result.wait = look_for_losses(now);
  result.resend_head = state_ != lost_before;
  return result;
}

void TcpSender::remove_acknowledged(std::uint64_t ack, Instant now) {
  std::optional<Duration> measured;
  una_ = ack;
  while (!flights_.empty() && behind(flights_.front()) <= ack) {
    const auto& flight = flights_.front();
    if (!flight.sacked) {
      if (!flight.resent && flight.end < highest_sacked_) reordering_seen_ = true;
      if (!flight.resent && !measured) measured = now - flight.sent_at;
      arrived(flight, now);
    } else {
      --sacked_;
    }
    flights_.pop_front();
  }
  if (!flights_.empty() && flights_.front().begin < ack) flights_.front().begin = ack;
  if (measured && *measured > Duration::zero()) round_trip_.sample(*measured);
  while (!write_ends_.empty() && write_ends_.front() <= una_)
    write_ends_.pop_front();
  forget_buffer();
}

void TcpSender::forget_buffer() {
  const auto done = static_cast<std::size_t>(std::min(una_bytes(), end_) - buffer_begin_);
  if (done < kCompactAfter && done < buffer_.size()) return;
  buffer_.erase(0, done);
  buffer_begin_ += done;
}

void TcpSender::mark_sacked(const std::vector<Block>& blocks, Instant now) {
  for (const auto& [begin, end] : blocks) {
    if (end <= una_) continue;  // told twice (RFC 2883)
    for (auto& flight : flights_) {
      if (flight.sacked || flight.begin < begin || flight.end > end || flight.begin == flight.end) {
        continue;
      }
      if (!flight.resent && flight.end < highest_sacked_) reordering_seen_ = true;
      flight.sacked = true;
      ++sacked_;
      arrived(flight, now);
    }
    highest_sacked_ = std::max(highest_sacked_, end);
  }
}

void TcpSender::arrived(const Flight& flight, Instant now) {
  const Duration took = now - flight.sent_at;
  // It may have been the first sending that arrived (RFC 8985 section 6.2, step 2).
  if (flight.resent && round_trip_.known() && took < round_trip_.least()) return;
  const bool newer =
      flight.sent_at != newest_sent_ ? flight.sent_at > newest_sent_ : flight.end > newest_end_;
  if (!newer) return;
  newest_sent_ = flight.sent_at;
  newest_end_ = flight.end;
  newest_took_ = took;
}

// --- what got lost

std::optional<Duration> TcpSender::look_for_losses(Instant now) {
  const bool certain =
      !reordering_seen_ && (state_ != State::open || sacked_ >= kDuplicateThreshold);
  const Duration patience =
      certain ? Duration::zero() : std::min(round_trip_.least() / 4, round_trip_.smoothed() / 8);
  std::optional<Duration> wait;
  bool found = false;
  for (auto& flight : flights_) {
    if (flight.sacked || (flight.lost && !flight.on_its_way)) continue;
    const bool sent_before =
        flight.sent_at != newest_sent_ ? flight.sent_at < newest_sent_ : flight.end < newest_end_;
    if (!sent_before || newest_end_ == 0) continue;
    const Duration left = newest_took_ + patience - (now - flight.sent_at);
    if (left > Duration::zero()) {
      wait = std::max(wait.value_or(left), left);
      continue;
    }
    flight.lost = true;
    flight.on_its_way = false;
    found = true;
  }
  if (found && state_ == State::open) enter_recovery();
  return wait;
}

void TcpSender::enter_recovery() {
  state_ = State::recovery;
  recovery_point_ = nxt_;
  threshold_ = std::max<std::uint32_t>(congestion_window_ * 7 / 10, 2);  // CUBIC's share, RFC 9438
  congestion_window_ = threshold_;
  must_resend_ = true;
}

void TcpSender::time_out() {
  if (state_ != State::loss) threshold_ = std::max<std::uint32_t>(congestion_window_ * 7 / 10, 2);
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
