#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "packets/wire_packet.hpp"

namespace misproxy::pictures {

/// What a time-sequence graph shows of one direction's bytes: its segments, and what the other end
/// says of them. Numbers count from the SYN, as Wireshark's do: the first byte is 1.
/// Source: W. R. Stevens, TCP/IP Illustrated, volume 1, chapter 20.
struct Way {
  using Time = std::chrono::nanoseconds;
  struct Segment {
    Time at{};
    Time until{};  // of the last, where several are one
    std::int64_t begin = 0;
    std::int64_t end = 0;  // behind its last byte
    std::uint64_t number = 0;
    bool again = false;  // below what had been sent before: once more, or late
  };
  struct Ack {
    Time at{};
    std::int64_t up_to = 0;
    std::optional<std::int64_t> room;  // the window's end
    std::uint64_t number = 0;
    bool shut = false;  // a window of 0
  };
  struct Sack {
    Time at{};
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::uint64_t number = 0;
  };

  std::string from;  // who sends the bytes
  std::string to;
  std::vector<Segment> segments;
  std::vector<Ack> acks;
  std::vector<Sack> sacks;
  bool thinned = false;  // there were so many that neighbours became one

  bool has_trouble() const;
};

/// Both directions of a connection. Memory is bounded.
class TimeSequence {
 public:
  static constexpr std::size_t kMost = 8'000;  // of each kind of point

  /// `left`, `right`: the ends by name.
  void name(const std::string& left, const std::string& right);
  void take(const evidence::WirePacket& packet, bool from_left, std::chrono::nanoseconds at);
  const std::array<Way, 2>& ways() const { return ways_; }  // the left end's bytes, the right's

 private:
  struct End {
    std::optional<std::uint32_t> base;  // its SYN's number
    std::optional<std::uint8_t> scale;
    std::int64_t end = 1;
    bool any = false;
  };

  static std::int64_t number(const End& end, std::uint32_t seq);
  void segment(Way& way, End& end, const evidence::WirePacket& packet, Way::Time at);
  void acknowledgment(Way& way, const End& end, const End& by, const evidence::WirePacket& packet,
                      Way::Time at);

  std::array<Way, 2> ways_;
  std::array<End, 2> ends_;
};

}  // namespace misproxy::pictures
