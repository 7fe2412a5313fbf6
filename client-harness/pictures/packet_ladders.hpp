#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "evidence/names.hpp"
#include "packets/twins.hpp"
#include "packets/wire_packet.hpp"
#include "pictures/connection_ladder.hpp"
#include "pictures/time_sequence.hpp"

namespace misproxy::pictures {

/// One connection of a file, as its packets show it.
struct Drawn {
  Ladder ladder;
  TimeSequence graph;
};

/// Draws the connections of one file, from its packets in their order. Memory is bounded: what is
/// beyond these numbers is counted.
class PacketLadders {
 public:
  static constexpr std::size_t kMost = 200;          // connections that are drawn
  static constexpr std::size_t kMostOpen = 150'000;  // that are known

  /// Whether a connection is wanted; `title` as diagnose::Connection::name.
  using Wanted = std::function<bool(const std::string& title)>;

  /// `names` outlives this. `text`: lines, not packets.
  PacketLadders(std::string file, bool text, const evidence::Names& names, Wanted wanted = nullptr);

  void take(const evidence::WirePacket& packet, std::string_view comment = {});
  void finish();

  std::deque<Drawn>& drawn() { return drawn_; }
  std::uint64_t left_out() const { return left_out_; }  // connections

 private:
  using Side = std::tuple<std::uint8_t, std::array<std::uint8_t, 16>, std::uint16_t>;
  struct Open {
    evidence::SocketId left;
    evidence::SocketId right;
    Drawn* drawn = nullptr;  // null: nobody wants it
    std::unique_ptr<ConnectionLadder> ladder;
    std::array<evidence::Twins, 2> twins;
  };

  static Side side(const evidence::SocketId& end);
  Open* find(const evidence::WirePacket& packet);
  Open* open(const evidence::WirePacket& packet);
  bool is_upstream(const evidence::SocketId& from, const evidence::SocketId& to) const;
  std::optional<std::chrono::nanoseconds> since_start(const evidence::WirePacket& packet);
  void take_icmp(const evidence::WirePacket& packet);

  std::string file_;
  bool text_;
  const evidence::Names& names_;
  Wanted wanted_;
  std::deque<Drawn> drawn_;
  std::map<std::pair<Side, Side>, Open> open_;
  std::deque<const Open*> lately_;  // the last that were opened
  Open* last_ = nullptr;
  std::uint64_t left_out_ = 0;
  std::optional<std::chrono::nanoseconds> start_;
  std::optional<std::chrono::nanoseconds> now_;
};

}  // namespace misproxy::pictures
