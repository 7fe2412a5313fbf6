#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace misproxy::comparison {

/// A packet as two worlds can have it alike: no port, no absolute number, no stamp, no window but
/// that it is closed. Numbers count from the SYN of their direction.
struct Segment {
  std::chrono::nanoseconds at{};  // since the capture's first packet
  bool from_opener = true;
  bool is_icmp = false;
  std::string flags;  // as tcpdump has them: `P.`; of ICMP its type and code: `3/4`
  std::int64_t seq = 0;
  std::optional<std::int64_t> ack;
  std::uint32_t length = 0;
  std::vector<std::pair<std::int64_t, std::int64_t>> sack;
  std::optional<std::uint16_t> mss;  // of a SYN
  std::optional<std::uint8_t> window_scale;
  bool sack_permitted = false;
  bool no_room = false;   // window 0
  std::uint16_t mtu = 0;  // of ICMP
  std::string carries;    // `CONNECT tools.cisco.com:443`, `Client Hello`: for eyes alone

  bool is_bare_ack() const { return flags == "." && length == 0; }
  bool operator==(const Segment& other) const;
};

/// `P. 1:121 ack 1`, `S 0 mss 1460 wscale 7 sackOK`, `ICMP 3/4 mtu 1300`.
std::string words(const Segment& segment);
/// What of two segments is not alike: `flags, length`; empty where nothing.
std::string difference(const Segment& left, const Segment& right);

/// But for PSH of data.
bool alike_but_for_push(const Segment& left, const Segment& right);

/// The packets of one connection that passed one place.
struct Conversation {
  std::string opener;     // `10.40.40.1`
  std::string responder;  // `10.10.10.1:80`
  std::size_t nth = 1;    // of those between these two
  std::deque<Segment> segments;
  std::uint64_t left_out = 0;  // beyond what is kept
};

}  // namespace misproxy::comparison
