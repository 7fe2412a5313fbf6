#include "virtual/tcp_sender.hpp"

#include <algorithm>

namespace misproxy::simulated {
namespace {

constexpr std::size_t kCompactAfter = 64 * 1024;

}  // namespace

// --- what is to be sent

void TcpSender::write(std::string_view bytes, Instant now, std::uint32_t mss) {
  if (bytes.empty()) return;
  restart_after_idle(now);
  buffer_ += bytes;
  const auto begin = end_;
  end_ += bytes.size();
  for (auto at = begin + mss; at < end_; at += mss) {
    if (at <= pushed_ + largest_window_ / 2) continue;
    write_ends_.push_back(at);
    pushed_ = at;
  }
  write_ends_.push_back(end_);
  pushed_ = end_;
}

void TcpSender::end() { ended_ = true; }

void TcpSender::open(std::uint64_t window, std::uint32_t congestion_window, bool sack) {
  window_ = window;
  largest_window_ = window;
  congestion_window_ = congestion_window;
  sack_ = sack;
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
  const auto count = static_cast<std::size_t>(
      std::count_if(flights_.begin(), flights_.end(),
                    [](const Flight& flight) { return !flight.sacked && flight.on_its_way; }));
  return count - std::min(count, duplicates_);
}

std::optional<TcpSender::Range> TcpSender::next_lost(Instant now, std::uint32_t mss) {
  if (state_ == State::open || probes_new_ || on_its_way() >= congestion_window_)
    return std::nullopt;
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
  if (flight.lost) {
    undo_resent_ = undo_resent_.value_or(0) + 1;
    if (!resent_since_) resent_since_ = std::chrono::floor<Milliseconds>(now);
  }
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
  if (flights_.empty() && data_sent_) cubic_.pause(*data_sent_, now);
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
  const auto delivered_before = delivered_;
  const auto state_before = state_;
  Samples samples;
  Hearing heard{told.ack > una_, told.bare && told.ack == una_ && told.window <= window_, false,
                &samples, now};
  heard.before_resend = !resent_since_ || (told.echoed_at && *told.echoed_at < *resent_since_);
  window_ = told.window;
  largest_window_ = std::max(largest_window_, window_);
  result.advanced = heard.advanced;
  count_twice(told.sack, told.ack);
  remove_acknowledged(told.ack, samples, now);
  mark_sacked(told.sack, samples, now);
  heard.duplicate = heard.duplicate && in_flight();
  if (!sack_ && heard.advanced) eat_duplicates(samples.acked_flights);
  // A SACK of what was sent after the head extends nothing: else the timeout would never come.
  result.restart = result.advanced || (samples.first_sacked && in_flight() &&
                                       *samples.first_sacked < flights_.front().sent_at);
  measure(samples, told, result.advanced, now);
  widen_patience(told.sack, told.ack);
  repair(heard, result.wait);
  if (state_ == State::open && !anything_repeats()) resent_since_.reset();
  result.recovers = state_ == State::recovery && state_before != State::recovery;
  const auto delivered = delivered_ - delivered_before;
  if (state_ == State::recovery) {
    reduce(delivered, result.advanced);
  } else if (result.advanced) {
    grow(delivered, now);
  }
  return result;
}

void TcpSender::remove_acknowledged(std::uint64_t ack, Samples& samples, Instant now) {
  una_ = ack;
  while (!flights_.empty() && behind(flights_.front()) <= ack) {
    const auto& flight = flights_.front();
    samples.resent_acked = samples.resent_acked || flight.resent;
    ++samples.acked_flights;
    if (!flight.sacked) {
      const bool original = !flight.resent && behind(flight) <= recovery_point_;
      samples.original_arrived = samples.original_arrived || original;
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
  const bool slow_start = congestion_window_ < threshold_;
  if (least && cubic_.sample(*least, congestion_window_, slow_start, una_, nxt_, now))
    threshold_ = congestion_window_;
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
      samples.sacked = true;
      if (!flight.resent) {
        if (behind(flight) <= recovery_point_) samples.original_arrived = true;
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

// --- how much may be on its way

/// Half for each timeout of silence, but not below where a connection starts: what the window was
/// says little of the path after a while.
void TcpSender::restart_after_idle(Instant now) {
  if (in_flight() || !data_sent_) return;
  const auto timeout = round_trip_.timeout();
  auto idle = now - *data_sent_ - timeout;
  if (idle <= Duration::zero()) return;
  threshold_ = std::max(threshold_, congestion_window_ * 3 / 4);
  for (; idle > Duration::zero() && congestion_window_ > initial_window_; idle -= timeout)
    congestion_window_ = std::max(congestion_window_ / 2, initial_window_);
}

void TcpSender::note_limit() {
  const bool full = on_its_way() >= congestion_window_;
  const auto out = flights_.size();
  if (una_ < limit_noted_until_ && !full && (held_back_ || out <= most_out_)) return;
  held_back_ = full;
  most_out_ = out;
  limit_noted_until_ = nxt_;
}

/// What is not used does not grow (RFC 7661); in slow start a window that is used to the half does.
bool TcpSender::is_limited() const {
  return held_back_ || (congestion_window_ < threshold_ && congestion_window_ < 2 * most_out_);
}

void TcpSender::grow(std::uint32_t packets, Instant now) {
  if (packets == 0 || !is_limited()) return;
  congestion_window_ = cubic_.grow(congestion_window_, threshold_, packets, now);
}

}  // namespace misproxy::simulated
