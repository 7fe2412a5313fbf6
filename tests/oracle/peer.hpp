#pragma once

#include <string>
#include <vector>

#include "capture/packet.hpp"
#include "oracle/situation.hpp"

namespace misproxy::oracle {

inline constexpr Ipv4 kHost = 0x0a630001;  // 10.99.0.1
inline constexpr Ipv4 kPeer = 0x0a630002;
inline constexpr std::uint16_t kHostPort = 8'080;
inline constexpr std::uint16_t kPeerPort = 40'000;

/// What the host said, and when.
struct Answer {
  Duration at{};
  std::string words;
};

/// What a host said in a situation, and what became of it for its application: `end`, `gone`;
/// nothing where that is not known.
struct Played {
  std::vector<Answer> answers;
  std::optional<std::vector<std::string>> told;
};

/// The other end: it says what the steps tell it to, whatever it hears; it only follows the host's
/// sequence numbers and time stamps.
class Peer {
 public:
  /// `start`: its own first number.
  explicit Peer(const Situation& situation, std::uint32_t start = kStart)
      : situation_(situation),
        start_(start),
        ports_(situation.active ? std::pair{kPeerPort, std::uint16_t{0}}
                                : std::pair{kPeerPort, kHostPort}) {}

  /// `now` counts as in a situation.
  void hear(const TcpSegment& segment, Duration now);
  Packet opening(Duration now) const;  // its SYN, or its SYN-ACK
  Packet closing_handshake(Duration now) { return say({".", 1, 1, 1, {}, {}, {}, {}}, now); }
  Packet say(const PeerSegment& segment, Duration now);
  Packet too_large(std::size_t mtu) const;

  bool heard_syn() const { return host_start_.has_value(); }
  /// All up to there has come.
  bool heard(std::uint32_t end) const { return highest_ >= end; }
  bool heard_ack(std::uint32_t end) const { return highest_ack_ >= end; }
  std::vector<Answer>& answers() { return answers_; }

 private:
  static constexpr std::uint32_t kStart = 7'000;
  static constexpr std::uint32_t kClock = 5'000;

  struct Sent {
    std::uint32_t begin;
    std::uint32_t end;
    std::uint32_t stamp;
    bool bytes;
  };

  Packet packet(TcpSegment segment) const;
  void options(TcpSegment& syn) const;
  std::uint32_t clock(Duration now) const;
  std::uint32_t echo(const PeerSegment& segment);
  bool uses_timestamps() const { return situation_.peer.timestamps && situation_.tcp.timestamps; }
  std::string words_of(const TcpSegment& segment) const;

  const Situation& situation_;
  std::uint32_t start_;
  std::pair<std::uint16_t, std::uint16_t> ports_;  // its own, the host's
  std::optional<std::uint32_t> host_start_;
  std::uint32_t highest_ = 0;
  std::uint32_t highest_ack_ = 0;  // of the peer's own numbers
  std::vector<Sent> sent_;
  std::vector<Answer> answers_;
  TcpSegment last_data_;
  std::uint32_t said_ack_ = 0;
  std::uint32_t recent_ = 0;  // TS.Recent
};

}  // namespace misproxy::oracle
