#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/life.hpp"

namespace misproxy {

/// The control bits of a TCP segment. Source: RFC 9293 section 3.1, RFC 3168 section 6.1.
struct ControlBits {
  bool fin = false;
  bool syn = false;
  bool rst = false;
  bool psh = false;
  bool ack = false;
  bool urg = false;
  bool ece = false;
  bool cwr = false;
};

/// An option of TCP that can be taken out. Source: RFC 9293 section 3.2, RFC 2018, RFC 7323.
enum class TcpOption { mss, sack_permitted, window_scale, timestamps, sack };

template <>
struct WordsOf<TcpOption> {
  static constexpr std::array<std::string_view, 5> words{"mss", "sack_permitted", "window_scale",
                                                         "timestamps", "sack"};
};

/// Fields of a segment that are other behind the router than before it; what is absent stays.
///
/// Units:  `seq`, `ack` and the edges of `sack` count as Wireshark does: the SYN of their direction
///         is 0, its first byte 1. `window` as it stands in the header, not scaled. `ttl` as the
///         receiver sees it. `mask`: XOR, of `mask_bytes` bytes of the payload from `mask_at` on.
struct SegmentChange {
  using Edges = std::pair<std::uint32_t, std::uint32_t>;

  std::optional<ControlBits> flags;
  std::optional<std::uint32_t> seq;
  std::optional<std::uint32_t> ack;
  std::optional<std::uint16_t> window;
  std::optional<std::vector<Edges>> sack;
  std::vector<TcpOption> without;
  std::optional<std::uint16_t> mss;
  std::optional<std::uint8_t> window_scale;
  std::optional<std::uint32_t> tsval;
  std::optional<std::uint32_t> tsecr;
  std::optional<std::uint8_t> ttl;
  std::optional<std::uint8_t> mask;
  std::size_t mask_at = 0;
  std::size_t mask_bytes = 1;
  bool wrong_checksum = false;
};

/// A segment that nobody sent. What `fields` leaves open is what the sender in whose name it goes
/// would say next.
struct AddedSegment {
  std::optional<Direction> direction;  // absent: that of the segment at which the fault acts
  SegmentChange fields;
  std::string payload;
  int copies = 1;
};

}  // namespace misproxy
