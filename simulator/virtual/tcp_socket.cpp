#include "virtual/tcp_socket.hpp"

#include <algorithm>
#include <utility>

#include "core/draw.hpp"
#include "core/ensure.hpp"
#include "virtual/stateless_reset.hpp"

namespace misproxy::simulated {
namespace {

constexpr std::size_t kKernelHolds = 128 * 1024;  // of what the application has given

}  // namespace

TcpSocket::TcpSocket(EventQueue& queue, Network& network, Ends ends, std::uint64_t key,
                     Settings settings)
    : queue_(queue),
      network_(network),
      ends_(ends),
      our_start_(static_cast<std::uint32_t>(draw(key, "isn", "", 0))),
      clock_offset_(static_cast<std::uint32_t>(draw(key, "timestamps", "", 0))),
      next_id_(static_cast<std::uint16_t>(draw(key, "ip-id", "", 0))),
      sack_(settings.tcp.sack),
      timestamps_(settings.tcp.timestamps),
      window_scaling_(settings.tcp.window_scaling),
      settings_(std::move(settings)),
      sender_(static_cast<std::uint32_t>(settings_.tcp.initial_window)),
      timer_(queue, [this] { on_timer(); }),
      reader_(queue, [this] { read(); }),
      delayed_ack_(queue,
                   [this] {
                     acks_.delay_over();
                     acknowledge_now();
                   }),
      gap_ack_(queue, [this] { acknowledge_now(); }),
      keepalive_(queue, [this] { on_keepalive_timer(); }) {}

// --- what comes

void TcpSocket::take(const TcpSegment& segment) {
  if (state_ == State::dead) return;
  last_heard_ = queue_.now();
  if (state_ == State::syn_sent) return take_in_syn_sent(segment);
  if (segment.rst) return take_reset(segment);
  if (segment.syn) return take_syn(segment);
  if (!segment.has_ack) return;
  if (nobody_takes(segment)) {
    network_.transmit(stateless_reset(segment, ends_.local.host, ends_.remote.host));
    return be_reset();
  }
  if (segment.timestamps && position_in_peer(segment.seq) <= last_acked_) {
    recent_timestamp_ = segment.timestamps->value;
  }
  // Who acknowledges what was never sent is not heard at all (RFC 9293 section 3.10.7.4).
  if (position_in_ours(segment.ack) > sender_.nxt()) return answer_sparingly();
  if (state_ == State::syn_received) {
    establish();
    take_ack(segment);
    owner_->connected(*this);
  } else {
    take_ack(segment);
  }
  if (state_ == State::dead) return;
  take_payload(segment);
  end_if_over();
}

/// A SYN, or a SYN-ACK, that came twice: the answer to it may be lost.
void TcpSocket::take_syn(const TcpSegment& segment) {
  const bool again = state_ == State::syn_received && segment.seq == peer_start_;
  if (!again) return answer_sparingly();
  transmit_syn();
  arm(Alarm::retransmission, RoundTrip::kFirst * (1 << syn_retries_));
}

/// Only the number that is due next (RFC 5961 section 3.2), or the end of what has come beyond a
/// gap; behind a FIN the one before it, too.
bool TcpSocket::believes_reset_at(std::uint64_t at) const {
  const auto next = receiver_.next();
  if (state_ != State::open) return at >= next && at <= window_edge_;
  return at == next || at == receiver_.furthest() || (receiver_.ended() && at + 1 == next);
}

void TcpSocket::take_reset(const TcpSegment& segment) {
  const auto at = position_in_peer(segment.seq);
  if (!believes_reset_at(at)) {
    const bool in_window = at >= last_acked_ && at <= window_edge_;
    return in_window && state_ == State::open ? answer_sparingly() : void();
  }
  be_reset();
}

/// Bytes for an application that has gone (RFC 1122 section 4.2.2.13), or across the end of the
/// stream.
bool TcpSocket::nobody_takes(const TcpSegment& segment) const {
  if (segment.payload.empty() || !(orphan_ || receiver_.ended())) return false;
  const auto begin = position_in_peer(segment.seq);
  if (begin + segment.payload.size() <= receiver_.next()) return false;
  return !receiver_.ended() || begin < receiver_.next();
}

/// The application still gets what came before, and the end of the stream where that has come.
void TcpSocket::be_reset() {
  if (!receiver_.ended()) read();
  if (state_ == State::dead) return;
  die();
  const bool ended = receiver_.ended() && !std::exchange(peer_done_told_, true);
  const auto bytes = std::exchange(unread_, {});
  if (ended && !orphan_ && !bytes.empty()) owner_->received(*this, bytes);
  if (!orphan_) owner_->peer_closed(*this, ended ? Ending::fin : Ending::rst);
  if (!std::exchange(told_finished_, true) && !orphan_) owner_->finished(*this);
}

/// What does not fit is answered no more than every half second, so that two who misunderstand each
/// other do not go on for ever: a challenge (RFC 5961: whoever meant it says it again with the
/// right number), a probe without bytes. Source: Linux's tcp_invalid_ratelimit.
void TcpSocket::answer_sparingly() {
  constexpr Duration apart = std::chrono::milliseconds{500};
  if (answered_ && queue_.now() - *answered_ < apart) return;
  answered_ = queue_.now();
  acknowledge_now();
}

TcpSender::Acknowledgment TcpSocket::told_by(const TcpSegment& segment) const {
  TcpSender::Acknowledgment told;
  told.ack = position_in_ours(segment.ack);
  told.window = std::uint64_t{segment.window} << peer_scale_;
  for (const auto& block : segment.sack)
    told.sack.emplace_back(position_in_ours(block.begin), position_in_ours(block.end));
  if (segment.timestamps && timestamps_) {
    const auto since = timestamp() - segment.timestamps->echo;
    told.echoed = Milliseconds{std::max(since, 1U)};
    told.echoed_at = std::chrono::floor<Milliseconds>(queue_.now()) - Milliseconds{since};
  }
  told.bare = segment.payload.empty() && !segment.fin;
  return told;
}

void TcpSocket::take_ack(const TcpSegment& segment) {
  const auto acked = sender_.acknowledge(told_by(segment), queue_.now());
  probes_ = 0;
  if (!sender_.recovers()) resending_since_.reset();
  if (acked.advanced) {
    timeouts_ = 0;
    persists_ = 0;
    if (sender_.una() >= probe_until_) probe_until_ = 0;
  }
  if (acked.recovers) probe_until_ = 0;
  set_timer(acked);
  pump();
  if (orphan_) return;
  if (!told_drained_ && sender_.queued_bytes() <= kKernelHolds) {
    told_drained_ = true;
    owner_->drained(*this);
  }
  if (!told_acknowledged_ && sender_.all_acknowledged()) {
    told_acknowledged_ = true;
    owner_->all_acknowledged(*this);
  }
}

void TcpSocket::take_payload(const TcpSegment& segment) {
  if (segment.payload.empty() && !segment.fin) {
    // A probe of the window, one before what has come (RFC 9293 section 3.8.6.1).
    if (position_in_peer(segment.seq) < last_acked_ && !segment.syn) answer_sparingly();
    return;
  }
  const auto begin = position_in_peer(segment.seq);
  const bool past_window = begin + segment.payload.size() > window_edge_;
  if (past_window) return acknowledge_now();
  if (receiver_.ended() && begin >= receiver_.next()) return;  // behind the end: Linux says nothing
  const auto fresh = receiver_.take(begin, segment.payload, segment.fin);
  if (receiver_.wants_immediate_ack() && fresh.empty()) acks_.disturbed();
  if (!segment.payload.empty()) {
    acks_.segment_came(segment.payload.size(), segment.psh, queue_.now());
    ++unacked_segments_;
  }
  if (segment.fin) acks_.fin_came();
  bytes_in_ += fresh.size();
  acknowledge_if_due();
  deliver(fresh);
}

void TcpSocket::deliver(const std::string& bytes) {
  if (orphan_) return;
  unread_ += bytes;
  if (unread_.empty() && !receiver_.ended()) return;
  if (!reader_.running()) reader_.start(kWakes);
}

/// The application reads all there is.
void TcpSocket::read() {
  if (orphan_ || pauses_ > 0) return;
  const auto bytes = std::exchange(unread_, {});
  if (!bytes.empty()) {
    if (delayed_ack_.running() && acks_.at_read(receiver_.next() - last_acked_)) acknowledge_now();
    owner_->received(*this, bytes);
  }
  if (state_ == State::dead || orphan_) return;
  if (receiver_.ended() && !std::exchange(peer_done_told_, true)) {
    owner_->peer_closed(*this, Ending::fin);
  }
  end_if_over();
}

void TcpSocket::resume() {
  if (pauses_ == 1) return read_on();
  pauses_ = std::max(0, pauses_ - 1);
}

void TcpSocket::read_on() {
  if (std::exchange(pauses_, 0) == 0) return;
  const bool was_small = room() < kMss;
  read();
  if (state_ == State::open && was_small) acknowledge_now();  // the window is open again
}

void TcpSocket::take_unreachable(const IcmpUnreachable& message) {
  if (state_ == State::dead) return;
  if (message.code == IcmpUnreachable::kFragmentationNeeded) {
    network_.learn_mtu(ends_.remote.host, message.next_hop_mtu);
    sender_.shrink(payload_limit());
    return pump();
  }
  if (state_ != State::syn_sent) return;  // a soft error (RFC 1122 section 4.2.3.9)
  die();
  owner_->connect_failed(*this, Failed::Why::unreachable);
}

// --- acknowledging

void TcpSocket::acknowledge_if_due() {
  const auto unacknowledged = receiver_.next() - last_acked_;
  if (receiver_.wants_immediate_ack() || acks_.at_once(unacknowledged) ||
      (receiver_.ended() && sender_.fin_sent())) {
    return acknowledge_now();
  }
  if (receiver_.has_gap()) return tell_of_gap();
  if (!delayed_ack_.running()) delayed_ack_.start(acks_.delay());
}

/// The first three, which make the sender repeat, at once; then many by one. Source: Linux's
/// tcp_comp_sack_delay_ns and tcp_comp_sack_slack_ns.
void TcpSocket::tell_of_gap() {
  constexpr Duration most = std::chrono::milliseconds{1};
  constexpr Duration slack = std::chrono::microseconds{100};
  if (!sack_ || acks_.tells_gap_at_once(receiver_.next())) return acknowledge_now();
  if (!gap_ack_.running())
    gap_ack_.start(std::min(most, sender_.round_trip().smoothed() / 20) + slack);
}

void TcpSocket::acknowledge_now() { transmit(bare()); }

// --- what the application does

void TcpSocket::send(std::string_view bytes) {
  ensure(!orphan_, "a socket that was closed is written to");
  if (state_ == State::dead || bytes.empty()) return;
  bytes_out_ += bytes.size();
  sender_.write(bytes, queue_.now(), payload_limit());
  told_acknowledged_ = false;
  if (state_ != State::open) return;
  pump();
  if (sender_.queued_bytes() > kKernelHolds) {
    told_drained_ = false;
  } else {
    owner_->drained(*this);
  }
}

void TcpSocket::shut_down() {
  if (state_ == State::dead) return;
  sender_.end();
  told_acknowledged_ = false;
  if (state_ != State::open) return;
  pump();
  end_if_over();
}

void TcpSocket::close() {
  if (std::exchange(orphan_, true) || state_ == State::dead) return;
  if (state_ != State::open) return die();
  if (!unread_.empty()) {
    orphan_ = false;
    return abort();  // RFC 1122 section 4.2.2.13
  }
  shut_down();
  end_if_over();
}

void TcpSocket::abort() {
  if (state_ == State::open) {
    TcpSegment segment = bare();
    segment.rst = true;
    transmit(std::move(segment));
  }
  orphan_ = true;
  die();
}

void TcpSocket::die() {
  state_ = State::dead;
  disarm();
  delayed_ack_.stop();
  gap_ack_.stop();
  reader_.stop();
  keepalive_.stop();
}

/// Nobody answers any more.
void TcpSocket::give_up() {
  const bool connecting = state_ == State::syn_sent;
  const bool known = state_ == State::open;
  die();
  timed_out_ = true;
  if (orphan_) return;
  if (connecting) return owner_->connect_failed(*this, Failed::Why::timeout);
  if (known) owner_->peer_closed(*this, Ending::rst);
  if (!std::exchange(told_finished_, true) && owner_ != nullptr) owner_->finished(*this);
}

void TcpSocket::end_if_over() {
  if (state_ != State::open || !receiver_.ended() || !(peer_done_told_ || orphan_)) return;
  if (sender_.fin_sent() && sender_.all_acknowledged()) {
    disarm();
    keepalive_.stop();
  }
  const bool handed_over = sender_.ended() && sender_.queued_bytes() <= kKernelHolds;
  if (!handed_over || std::exchange(told_finished_, true)) return;
  if (!std::exchange(orphan_, true)) owner_->finished(*this);
}

}  // namespace misproxy::simulated
