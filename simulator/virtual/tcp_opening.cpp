// How a TcpSocket opens: SYNs, how often, and what both agree on.
#include <algorithm>

#include "virtual/tcp_socket.hpp"

namespace misproxy::simulated {
namespace {

constexpr std::uint16_t kSynWindow = 64'240;     // 44 * 1460
constexpr std::uint16_t kSynAckWindow = 65'160;  // of a server with time stamps, 45 * 1448
constexpr std::uint8_t kMostScale = 14;          // RFC 7323 section 2.3

}  // namespace

void TcpSocket::connect() {
  state_ = State::syn_sent;
  resending_since_ = queue_.now();
  transmit_syn();
  arm(Alarm::retransmission, RoundTrip::kFirst);
}

void TcpSocket::accept(const TcpSegment& syn) {
  passive_ = true;
  state_ = State::syn_received;
  remember_peer(syn);
  transmit_syn();
  arm(Alarm::retransmission, RoundTrip::kFirst);
}

void TcpSocket::remember_peer(const TcpSegment& syn) {
  peer_start_ = syn.seq;
  peer_mss_ = syn.mss.value_or(536);
  sack_ = sack_ && syn.sack_permitted;
  timestamps_ = timestamps_ && syn.timestamps;
  window_scaling_ = window_scaling_ && syn.window_scale;
  own_scale_ = window_scaling_ ? kWindowScale : 0;
  peer_scale_ = window_scaling_ ? std::min<std::uint8_t>(*syn.window_scale, kMostScale) : 0;
  if (syn.timestamps) recent_timestamp_ = syn.timestamps->value;
  sender_.open(syn.window, initial_window(), sack_);
}

std::uint32_t TcpSocket::initial_window() const {
  return static_cast<std::uint32_t>(settings_.tcp.initial_window);
}

void TcpSocket::transmit_syn() {
  if (syn_retries_ == 0) syn_sent_ = queue_.now();
  TcpSegment segment = bare();
  segment.seq = our_start_;
  segment.syn = true;
  segment.has_ack = passive_;
  segment.ack = passive_ ? peer_start_ + 1 : 0;
  segment.window = passive_ && timestamps_ ? kSynAckWindow : kSynWindow;
  segment.mss = kMss;
  segment.sack_permitted = sack_;
  if (window_scaling_) segment.window_scale = kWindowScale;
  window_edge_ = segment.window + 1U;
  transmit(std::move(segment));
}

void TcpSocket::retry_syn() {
  constexpr int even = 4;  // tcp_syn_linear_timeouts
  constexpr int most_passive = 5;
  const auto most = static_cast<int>(settings_.tcp.syn_retries) + even;
  const bool over = !passive_ && out_of_patience(settings_.tcp.syn_retries);
  if (++syn_retries_ > (passive_ ? most_passive : most) || over) return give_up();
  transmit_syn();
  const int doublings = std::min(passive_ ? syn_retries_ : std::max(0, syn_retries_ - even), 16);
  arm(Alarm::retransmission,
      clamped(std::min(RoundTrip::kMost, RoundTrip::kFirst * (1 << doublings))));
}

void TcpSocket::take_in_syn_sent(const TcpSegment& segment) {
  const bool answers = segment.has_ack && segment.ack == our_start_ + 1;
  if (segment.rst) {
    if (!answers) return;
    die();
    return owner_->connect_failed(*this, Failed::Why::refused);
  }
  if (!segment.syn || !answers) return;
  remember_peer(segment);
  establish();
  acknowledge_now();
  owner_->connected(*this);
}

void TcpSocket::establish() {
  if (syn_retries_ == 0) {
    const auto took = queue_.now() - syn_sent_;
    sender_.round_trip().sample(took, took);
  }
  state_ = State::open;
  disarm();
  resending_since_.reset();
  const bool lost_syn = syn_retries_ > 0;
  // Of who was called, the window counts from the segment that is being taken on.
  sender_.open(passive_ ? 0 : sender_.window(),
               lost_syn ? TcpSender::kAfterLostSyn : initial_window(), sack_);
  acks_.opens(payload_limit());
  last_heard_ = queue_.now();
  if (settings_.tcp.keepalive) keepalive_.start(in_wheel(settings_.tcp.keepalive_time_ms));
}

}  // namespace misproxy::simulated
