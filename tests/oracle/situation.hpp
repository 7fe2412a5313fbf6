#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "scenario/tcp_settings.hpp"

namespace misproxy::oracle {

/// What the peer sends. Numbers count from 0, the SYN of their direction; the first byte is 1.
struct PeerSegment {
  std::string flags;  // of S, F, R, P and `.` for ACK, as tcpdump writes them
  std::uint32_t begin = 1;
  std::uint32_t end = 1;
  std::uint32_t ack = 0;
  std::optional<std::uint16_t> window;  // as in the header
  std::vector<std::pair<std::uint32_t, std::uint32_t>> sack;
  std::optional<std::size_t> echo;  // the TSval of the nth segment that came with a payload, from 1
  std::optional<std::size_t> echo_answer;  // the same of the nth of all, from 0
};

/// What happens to the host at a time: something arrives, or its application acts.
struct Step {
  enum class Kind { segment, write, shut_down, close, abort, pause, resume, too_large };
  Duration at{};
  Kind kind = Kind::segment;
  PeerSegment segment{};
  std::size_t bytes = 0;  // of a write; of `too_large` the MTU that ICMP tells
  // What answers the host, and says of what: up to where it has sent, and acknowledged. A kernel
  // that is late with that is waited for.
  std::uint32_t after_sent = 0;
  std::uint32_t after_ack = 0;
};

/// One host of TCP, and all that comes to it: what it answers is asked of the model and of the
/// kernel.
///
/// Time counts from the moment at which the connection is established; where the handshake stands
/// in the steps, from its beginning.
struct Situation {
  struct Peer {
    std::uint16_t mss = 1460;
    std::optional<std::uint8_t> window_scale = 7;
    bool sack = true;
    bool timestamps = true;
    std::uint16_t window = 1'000;
  };
  std::string name;
  std::string title;
  bool active = false;  // the host connects
  bool handshake = true;
  Duration round_trip = Milliseconds{100};
  TcpSettings tcp;
  bool mtu_probing = false;
  Peer peer;
  std::vector<Step> steps;
  Duration end{};
  /// What the kernel says behind the last answer is not asked for: the timers of both go on.
  bool goes_on = false;
};

/// Throws std::runtime_error with file and line where a line cannot be read.
Situation read_situation(const std::string& path);

}  // namespace misproxy::oracle
