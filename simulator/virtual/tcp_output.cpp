// What a TcpSocket sends, and the timers that make it send again.
#include <algorithm>
#include <utility>

#include "virtual/tcp_socket.hpp"

namespace misproxy::simulated {
namespace {

constexpr std::uint32_t kTimestampOption = 12;
constexpr std::uint32_t kHeaders = 40;
constexpr std::size_t kMostSackBlocks = 3;

}  // namespace

/// Linux's timer wheel at 250 Hz: the longer a delay, the coarser the step that it is rounded up
/// to.
Duration TcpSocket::in_wheel(Duration delay) const {
  constexpr Duration jiffy = std::chrono::milliseconds{4};
  const auto wait = (delay + jiffy - Duration{1}) / jiffy;
  std::int64_t step = 1;
  for (std::int64_t reach = 63; wait >= reach && step < 4096; reach *= 8)
    step *= 8;
  const auto due = (queue_.now() / jiffy + wait + step) / step * step;
  return due * jiffy - queue_.now();
}

std::uint64_t TcpSocket::position_in_peer(std::uint32_t seq) const {
  const auto base = receiver_.next();
  const auto ahead =
      static_cast<std::int32_t>(seq - (peer_start_ + static_cast<std::uint32_t>(base)));
  const auto at = static_cast<std::int64_t>(base) + ahead;
  return at < 0 ? 0 : static_cast<std::uint64_t>(at);
}

std::uint64_t TcpSocket::position_in_ours(std::uint32_t ack) const {
  const auto base = sender_.una();
  const auto ahead =
      static_cast<std::int32_t>(ack - (our_start_ + static_cast<std::uint32_t>(base)));
  const auto at = static_cast<std::int64_t>(base) + ahead;
  return at < 0 ? 0 : static_cast<std::uint64_t>(at);
}

std::uint32_t TcpSocket::payload_limit() const {
  const std::uint32_t path = network_.path_mtu(ends_.remote.host) - kHeaders;
  const std::uint32_t options = timestamps_ ? kTimestampOption : 0;
  const std::uint32_t limit = std::min<std::uint32_t>(peer_mss_, path) - options;
  return probing_limit_ == 0 ? limit : std::min(limit, probing_limit_);
}

// --- segments

/// A pure acknowledgment, which all others are made from.
TcpSegment TcpSocket::bare() const {
  TcpSegment segment;
  segment.source_port = ends_.local.port;
  segment.destination_port = ends_.remote.port;
  segment.seq = our_start_ + static_cast<std::uint32_t>(sender_.nxt());
  segment.has_ack = true;
  return segment;
}

std::size_t TcpSocket::room() const {
  const std::size_t buffer = passive_ ? 65'152 : 64'256;
  const auto held = unread_.size();
  return held >= buffer ? 0 : buffer - held;
}

/// The right edge never moves back, and less than a segment is as good as nothing (RFC 9293 section
/// 3.8.6.2.2).
std::uint16_t TcpSocket::announce_window() {
  const auto free = room();
  const auto edge = receiver_.next() + (free < kMss ? 0 : free);
  window_edge_ = std::max(window_edge_, edge);
  return static_cast<std::uint16_t>((window_edge_ - receiver_.next()) >> own_scale_);
}

/// Our clock, as the timestamps show it.
std::uint32_t TcpSocket::timestamp() const {
  const auto ms = std::chrono::duration_cast<Milliseconds>(queue_.now()).count();
  return clock_offset_ + static_cast<std::uint32_t>(ms);
}

/// TIME-WAIT: both have ended, and nothing is left but to acknowledge a FIN that comes again.
bool TcpSocket::waits_out() const {
  return receiver_.ended() && sender_.fin_sent() && sender_.all_acknowledged();
}

void TcpSocket::transmit(TcpSegment segment) {
  if (timestamps_) {
    segment.timestamps = Timestamps{timestamp(), segment.has_ack ? recent_timestamp_ : 0};
  }
  if (!segment.syn) {
    segment.ack = peer_start_ + static_cast<std::uint32_t>(receiver_.next());
    segment.window = announce_window();
    for (const auto& [begin, end] : receiver_.take_blocks()) {
      if (segment.sack.size() == kMostSackBlocks || !sack_ || waits_out()) break;
      segment.sack.push_back({peer_start_ + static_cast<std::uint32_t>(begin),
                              peer_start_ + static_cast<std::uint32_t>(end)});
    }
    last_acked_ = receiver_.next();
    acks_.acknowledged(std::exchange(unacked_segments_, 0));
    delayed_ack_.stop();
    gap_ack_.stop();
  }
  Packet packet;
  packet.source = ends_.local.host;
  packet.destination = ends_.remote.host;
  packet.id = segment.syn && passive_ ? std::uint16_t{0} : next_id_++;
  packet.body = std::move(segment);
  network_.transmit(std::move(packet));
}

void TcpSocket::transmit(const TcpSender::Range& range) {
  TcpSegment segment = bare();
  segment.seq = our_start_ + static_cast<std::uint32_t>(range.begin);
  segment.payload = sender_.bytes(range);
  segment.psh = range.push;
  segment.fin = range.fin;
  if (!segment.payload.empty()) acks_.bytes_sent(queue_.now());
  transmit(std::move(segment));
}

void TcpSocket::pump() {
  if (state_ != State::open) return;
  resend_lost();
  bool fresh = false;
  while (const auto range = sender_.next_new(queue_.now(), payload_limit())) {
    const bool first = sender_.packets_out() == 1;
    transmit(*range);
    if (first || alarm_ == Alarm::probe) rearm_retransmission();
    fresh = true;
  }
  if (sender_.gives_up_probing()) resend_lost();
  sender_.note_limit();
  if (fresh) arm_probe(false);
  const bool window_shut = !sender_.in_flight() && sender_.has_unsent();
  if (window_shut && alarm_ == Alarm::none) arm(Alarm::persist, sender_.round_trip().timeout());
}

void TcpSocket::resend_lost() {
  while (const auto range = sender_.next_lost(queue_.now(), payload_limit())) {
    transmit(*range);
    if (!resending_since_) resending_since_ = queue_.now();
    if (range->begin <= sender_.una() && alarm_ != Alarm::reordering)
      arm(Alarm::retransmission, sender_.round_trip().timeout());
  }
}

// --- timers

void TcpSocket::arm(Alarm alarm, Duration after) {
  alarm_ = alarm;
  timer_.start(in_wheel(after));
}

void TcpSocket::disarm() {
  alarm_ = Alarm::none;
  timer_.stop();
}

/// What is left of the timeout since the head was sent; nothing where that is over.
Duration TcpSocket::left_of_timeout() {
  return sender_.head_sent_at() + sender_.round_trip().timeout() - queue_.now();
}

/// Where the timer waited for something else meanwhile, the timeout still counts from the head.
void TcpSocket::rearm_retransmission() {
  if (!sender_.in_flight()) return disarm();
  const bool waited = alarm_ == Alarm::probe || alarm_ == Alarm::reordering;
  const auto timeout = sender_.round_trip().timeout();
  arm(Alarm::retransmission, waited ? std::max(left_of_timeout(), Duration{1}) : timeout);
}

/// The tail loss probe's timer, where one makes sense. `progress`: something new is acknowledged.
bool TcpSocket::arm_probe(bool progress) {
  if (!sender_.in_flight() || !sender_.undisturbed() || !sack_) return false;
  constexpr Duration least = std::chrono::milliseconds{2};
  const auto& round_trip = sender_.round_trip();
  const Duration slack = sender_.packets_out() == 1 ? RoundTrip::kLeastVariance : least;
  const Duration after = round_trip.known() ? 2 * round_trip.smoothed() + slack : RoundTrip::kFirst;
  const Duration most = progress ? round_trip.timeout() : left_of_timeout();
  arm(Alarm::probe, most > Duration::zero() ? std::min(after, most) : after);
  return true;
}

/// As the kernel's, one timer for all: an acknowledgment that tells nothing of the head leaves it.
void TcpSocket::set_timer(const TcpSender::Acked& acked) {
  constexpr Duration least = std::chrono::milliseconds{2};
  if (acked.wait) {
    arm(Alarm::reordering, std::min(*acked.wait + least, sender_.round_trip().timeout()));
  } else if (acked.restart && !arm_probe(true)) {
    rearm_retransmission();
  }
}

void TcpSocket::on_timer() {
  switch (alarm_) {
    case Alarm::none:
      return;
    case Alarm::retransmission:
      return on_retransmission_timer();
    case Alarm::probe:
      return on_probe_timer();
    case Alarm::reordering:
      return on_reordering_timer();
    case Alarm::persist:
      return on_persist_timer();
  }
}

void TcpSocket::on_reordering_timer() {
  sender_.look_again(queue_.now());
  resend_lost();
  if (alarm_ != Alarm::retransmission) rearm_retransmission();
}

/// One probe at a time; the next timer is the timeout's.
void TcpSocket::on_probe_timer() {
  if (probe_until_ == 0) {
    if (const auto range = sender_.probe(queue_.now(), payload_limit())) {
      probe_until_ = sender_.nxt();
      transmit(*range);
      alarm_ = Alarm::none;  // so that the timeout counts from now on
    }
  }
  rearm_retransmission();
}

void TcpSocket::on_retransmission_timer() {
  if (state_ == State::syn_sent || state_ == State::syn_received) return retry_syn();
  constexpr std::int64_t most_of_orphan = 8;
  ++timeouts_;
  if (out_of_patience(orphan_ ? most_of_orphan : settings_.tcp.retries2)) return give_up();
  narrow_after_timeouts();
  sender_.time_out(queue_.now(), timeouts_ > 1);
  probe_until_ = 0;
  resend_lost();
  arm(Alarm::retransmission, clamped(sender_.round_trip().timeout()));
}

/// Since the first retransmission (of a SYN, since the first one) as much time has passed as
/// `retries` of them would take from 200 ms on (a SYN's: a second), or the application's own limit.
/// Source: Linux's tcp_retries2, tcp_syn_retries and TCP_USER_TIMEOUT.
bool TcpSocket::out_of_patience(std::int64_t retries) const {
  if (!resending_since_) return false;
  if (settings_.tcp.user_timeout_ms)
    return queue_.now() - *resending_since_ >= *settings_.tcp.user_timeout_ms;
  return has_resent_for(retries);
}

bool TcpSocket::has_resent_for(std::int64_t retries) const {
  const auto since = queue_.now() - *resending_since_;
  const bool connects = state_ == State::syn_sent;
  const auto first = connects ? RoundTrip::kFirst : RoundTrip::kLeastVariance;
  const std::int64_t doublings = connects ? 6 : 9;  // up to 120 s
  const auto doubled = std::min(retries, doublings);
  return since >=
         first * ((std::int64_t{2} << doubled) - 1) + RoundTrip::kMost * (retries - doubled);
}

/// A timeout never ends later than the application's limit.
Duration TcpSocket::clamped(Duration timeout) const {
  if (!settings_.tcp.user_timeout_ms || !resending_since_) return timeout;
  const Duration left = *resending_since_ + *settings_.tcp.user_timeout_ms - queue_.now();
  return std::clamp(left, Duration{1}, timeout);
}

/// tcp_mtu_probing = 1: once it has been sent again for as long as three timeouts take from 200 ms
/// on, the path is suspected, and smaller segments are tried. Source: RFC 4821 section 7.7; Linux's
/// tcp_retries1.
void TcpSocket::narrow_after_timeouts() {
  constexpr int patience = 3;  // tcp_retries1
  constexpr std::uint32_t base = 1024;
  constexpr std::uint32_t least = 48;
  if (!settings_.mtu_probing || !resending_since_ || !has_resent_for(patience)) return;
  probing_limit_ = probing_limit_ == 0 ? base : std::max(least, probing_limit_ / 2);
}

void TcpSocket::on_persist_timer() {
  disarm();
  if (auto range = sender_.squeeze(queue_.now())) {
    range->push = true;  // what a window forces out, the kernel pushes (tcp_write_wakeup)
    transmit(*range);
    return rearm_retransmission();
  }
  pump();
  if (sender_.in_flight() || !sender_.has_unsent()) {
    persisting_since_.reset();
    return;
  }
  if (persists_too_long()) return give_up();
  ++probes_;
  TcpSegment segment = bare();
  segment.seq = our_start_ + static_cast<std::uint32_t>(sender_.una()) - 1;
  transmit(std::move(segment));
  const Duration once = sender_.round_trip().timeout();
  persists_ = std::min(persists_ + 1, 10);
  Duration wait = std::min(RoundTrip::kMost, once * (1 << persists_));
  if (const auto limit = settings_.tcp.user_timeout_ms)
    wait = std::clamp(Duration{*persisting_since_ + *limit - queue_.now()}, Duration{1}, wait);
  arm(Alarm::persist, wait);
}

/// Probes that are answered may go on for ever (RFC 1122 section 4.2.2.17), but for a limit that
/// the application has set.
bool TcpSocket::persists_too_long() {
  if (!persisting_since_) {
    persisting_since_ = queue_.now();
  } else if (settings_.tcp.user_timeout_ms &&
             queue_.now() - *persisting_since_ >= *settings_.tcp.user_timeout_ms) {
    return true;
  }
  return probes_ >= settings_.tcp.retries2;
}

/// A segment without bytes, its number one before what the peer wants next, draws an ACK from a
/// peer that still knows the connection. Source: RFC 9293 section 3.8.4; Linux's order of checks.
void TcpSocket::on_keepalive_timer() {
  const auto& tcp = settings_.tcp;
  if (state_ != State::open) return;
  if (sender_.in_flight() || sender_.has_unsent())
    return keepalive_.start(in_wheel(tcp.keepalive_time_ms));
  const Duration idle = queue_.now() - last_heard_;
  if (idle < tcp.keepalive_time_ms) return keepalive_.start(in_wheel(tcp.keepalive_time_ms - idle));
  const bool over = tcp.user_timeout_ms ? idle >= *tcp.user_timeout_ms && probes_ > 0
                                        : probes_ >= tcp.keepalive_probes;
  TcpSegment segment = bare();
  if (over) {
    segment.rst = true;
    transmit(std::move(segment));
    return give_up();
  }
  ++probes_;
  segment.seq = our_start_ + static_cast<std::uint32_t>(sender_.una()) - 1;
  transmit(std::move(segment));
  keepalive_.start(in_wheel(tcp.keepalive_interval_ms));
}

}  // namespace misproxy::simulated
