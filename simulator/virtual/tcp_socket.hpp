#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "capture/packet.hpp"
#include "core/life.hpp"
#include "scenario/tcp_settings.hpp"
#include "session/event.hpp"
#include "virtual/ack_policy.hpp"
#include "virtual/queue.hpp"
#include "virtual/tcp_receiver.hpp"
#include "virtual/tcp_sender.hpp"

namespace misproxy::simulated {

/// One end of a TCP connection, as Linux speaks it on the wire.
///
///     application ──send──> TcpSender ──segments──> Network
///     application <──received── TcpReceiver <──segments── Network
///
/// Source: RFC 9293; the figures are those of Linux 6: SYN again after 1 s, five times evenly, then
/// doubling; the retransmission timeout at least 200 ms; as long as 15 of them take (8 where the
/// application has gone) before it gives up; timers in steps of 4 ms and more (its timer wheel at
/// 250 Hz).
class TcpSocket {
 public:
  static constexpr std::uint16_t kMss = 1460;
  static constexpr std::uint8_t kWindowScale = 7;
  /// How long an application takes to read what has come.
  static constexpr Duration kWakes = std::chrono::microseconds{10};

  /// What the application hears. Nothing after `finished`, nor after `abort` and `close`.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void connected(TcpSocket& socket) = 0;
    virtual void connect_failed(TcpSocket& socket, Failed::Why why) = 0;
    virtual void received(TcpSocket& socket, std::string_view bytes) = 0;
    virtual void peer_closed(TcpSocket& socket, Ending how) = 0;
    /// What was queued has gone, all but a rest that the kernel holds.
    virtual void drained(TcpSocket& socket) = 0;
    virtual void all_acknowledged(TcpSocket& socket) = 0;
    /// Both directions have ended and the application has gone: the kernel does the rest. Or the
    /// connection is dead.
    virtual void finished(TcpSocket& socket) = 0;
  };

  /// The host that it is on.
  class Network {
   public:
    virtual ~Network() = default;
    virtual void transmit(Packet packet) = 0;
    virtual std::uint16_t path_mtu(IpAddress to) const = 0;
    virtual void learn_mtu(IpAddress to, std::uint16_t mtu) = 0;
  };

  struct Ends {
    SocketAddress local;
    SocketAddress remote;
  };

  /// What its kernel is set to.
  struct Settings {
    TcpSettings tcp;
    bool mtu_probing = false;
  };

  /// `key`: what its initial sequence number and the like are drawn from.
  TcpSocket(EventQueue& queue, Network& network, Ends ends, std::uint64_t key, Settings settings);

  void belong_to(Owner& owner) { owner_ = &owner; }
  void connect();
  void accept(const TcpSegment& syn);
  void take(const TcpSegment& segment);
  void take_unreachable(const IcmpUnreachable& message);

  void send(std::string_view bytes);
  void shut_down();
  void abort();
  /// The application has gone: what is queued still goes out, then FIN; what comes is answered with
  /// RST.
  void close();
  /// As often as it is paused it has to be resumed.
  void pause() { ++pauses_; }
  void resume();
  /// However often it was paused.
  void read_on();

  const Ends& ends() const { return ends_; }
  std::size_t queued_bytes() const { return sender_.queued_bytes(); }
  bool is_open() const { return state_ == State::open; }
  bool is_dead() const { return state_ == State::dead; }
  /// The application has gone, and the kernel has not been rid of all that it was given.
  bool flushes() const { return orphan_ && state_ == State::open && !sender_.all_acknowledged(); }
  /// It ended because nobody answered any more (ETIMEDOUT).
  bool timed_out() const { return timed_out_; }
  std::uint64_t bytes_in() const { return bytes_in_; }
  std::uint64_t bytes_out() const { return bytes_out_; }

 private:
  enum class State { idle, syn_sent, syn_received, open, dead };
  /// What the one timer of the sending half waits for.
  enum class Alarm { none, retransmission, probe, reordering, persist };

  void take_in_syn_sent(const TcpSegment& segment);
  bool believes_reset_at(std::uint64_t at) const;
  void take_reset(const TcpSegment& segment);
  bool nobody_takes(const TcpSegment& segment) const;
  void be_reset();
  void take_syn(const TcpSegment& segment);
  void take_ack(const TcpSegment& segment);
  void take_payload(const TcpSegment& segment);
  void deliver(const std::string& bytes);
  void read();
  void remember_peer(const TcpSegment& syn);
  std::uint32_t initial_window() const;
  void establish();
  void acknowledge_if_due();
  void tell_of_gap();
  void acknowledge_now();
  void answer_sparingly();
  void pump();
  void resend_lost();
  TcpSender::Acknowledgment told_by(const TcpSegment& segment) const;
  void end_if_over();
  void die();
  void give_up();

  void arm(Alarm alarm, Duration after);
  void disarm();
  Duration left_of_timeout();
  void rearm_retransmission();
  bool arm_probe(bool progress);
  void set_timer(const TcpSender::Acked& acked);
  void on_timer();
  void on_retransmission_timer();
  void on_probe_timer();
  void on_reordering_timer();
  void on_persist_timer();
  void on_keepalive_timer();
  bool out_of_patience(std::int64_t retries) const;
  bool has_resent_for(std::int64_t retries) const;
  bool persists_too_long();
  Duration clamped(Duration timeout) const;
  void retry_syn();
  void narrow_after_timeouts();

  TcpSegment bare() const;
  bool waits_out() const;
  void transmit(TcpSegment segment);
  void transmit(const TcpSender::Range& range);
  void transmit_syn();
  std::uint16_t announce_window();
  std::size_t room() const;
  std::uint32_t payload_limit() const;
  std::uint64_t position_in_peer(std::uint32_t seq) const;
  std::uint64_t position_in_ours(std::uint32_t ack) const;
  Duration in_wheel(Duration delay) const;
  std::uint32_t timestamp() const;

  EventQueue& queue_;
  Network& network_;
  Ends ends_;
  Owner* owner_ = nullptr;
  State state_ = State::idle;
  std::uint32_t our_start_;
  std::uint32_t peer_start_ = 0;
  std::uint32_t clock_offset_;
  std::uint16_t next_id_;
  std::uint32_t recent_timestamp_ = 0;
  std::uint16_t peer_mss_ = 536;
  std::uint8_t peer_scale_ = 0;
  std::uint8_t own_scale_ = kWindowScale;
  bool sack_ = true;  // and the next: agreed on by both SYNs
  bool timestamps_ = true;
  bool window_scaling_ = true;
  bool passive_ = false;
  Settings settings_;
  std::uint32_t probing_limit_ = 0;  // of the payload, once probing has begun

  TcpSender sender_;
  TcpReceiver receiver_;
  AckPolicy acks_;
  std::uint64_t last_acked_ = 1;  // of the peer's stream
  int unacked_segments_ = 0;
  std::uint64_t window_edge_ = 0;
  std::string unread_;  // by the application
  int pauses_ = 0;
  bool peer_done_told_ = false;
  bool orphan_ = false;
  bool told_finished_ = false;
  bool timed_out_ = false;
  bool told_drained_ = true;
  bool told_acknowledged_ = true;
  int syn_retries_ = 0;
  Instant syn_sent_{};
  int timeouts_ = 0;  // since the last progress
  std::optional<Instant> resending_since_;
  int persists_ = 0;
  int probes_ = 0;  // of a shut window or an idle peer, not answered yet
  std::optional<Instant> persisting_since_;
  Instant last_heard_{};
  std::optional<Instant> answered_;  // sparingly, last
  std::uint64_t probe_until_ = 0;    // a tail loss probe is out until this is acknowledged
  std::uint64_t bytes_in_ = 0;
  std::uint64_t bytes_out_ = 0;

  Alarm alarm_ = Alarm::none;
  QueueTimer timer_;  // of `alarm_`
  QueueTimer reader_;
  QueueTimer delayed_ack_;
  QueueTimer gap_ack_;
  QueueTimer keepalive_;
};

}  // namespace misproxy::simulated
