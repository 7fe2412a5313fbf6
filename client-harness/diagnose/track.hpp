#pragma once

#include <array>
#include <optional>

#include "diagnose/dialogue.hpp"
#include "diagnose/moment.hpp"
#include "diagnose/observations.hpp"
#include "diagnose/stream.hpp"
#include "packets/twins.hpp"

namespace misproxy::diagnose {

/// Who opened the connection of which this is the first packet that we see.
bool sent_by_client(const evidence::WirePacket& packet);

/// One connection while its packets come in.
class Track {
 public:
  /// What it learns goes into `connection`, which outlives it. `first`: its first packet, which
  /// says who is the client: who sent the SYN; where there is none, the end with the higher port.
  Track(Connection& connection, const evidence::WirePacket& first, const evidence::Names& names);

  void take(const Moment& now);
  void icmp(const Moment& now);
  /// A note in a text says that nothing more came.
  void waits_in_vain(Citation where);
  void finish(const PacketFile& file);
  /// Both ends have said that they are done, or one has given up: what is still to come is at most
  /// an answer to that.
  bool is_over() const { return over_; }
  /// Whether an ICMP message without ports can be about it: it names one of its hosts.
  bool concerns(const evidence::WirePacket& icmp) const;
  /// A SYN that begins another connection with the same ports.
  bool is_reused_by(const evidence::WirePacket& packet) const;

 private:
  void syn(const Moment& now, End from);
  void payload(const Moment& now, End from);
  void note_flight(const Moment& now, End from);
  bool is_another_last_word(const Moment& now, End from, Time pause) const;
  void note_last(const Moment& now, End from);
  void window(const Moment& now, End from);
  void reset(const Moment& now, End from);
  std::optional<Time> pause_before_answered_notify(const Moment& now, End from, Time since) const;
  void probe(const Moment& now, End from);
  void close(const Moment& now, End from);
  End sender(const evidence::WirePacket& packet) const;
  Stream& stream(End from) { return from == End::client ? client_stream_ : proxy_stream_; }

  Connection& connection_;
  evidence::SocketId client_;
  evidence::SocketId server_;
  Dialogue dialogue_;
  Stream client_stream_;
  Stream proxy_stream_;
  std::array<evidence::Twins, 2> twins_;  // of each end
  std::uint32_t client_syn_ = 0;
  std::optional<Time> last_payload_at_;
  Time last_pause_{0};     // between the last two segments with new payload
  Time earlier_pause_{0};  // the one before it
  bool closed_ = false;
  bool over_ = false;
  bool flights_full_ = false;
};

}  // namespace misproxy::diagnose
