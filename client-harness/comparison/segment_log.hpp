#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "comparison/segment.hpp"
#include "evidence/names.hpp"
#include "packets/own_blocks.hpp"
#include "packets/wire_packet.hpp"
#include "pictures/speech.hpp"

namespace misproxy::comparison {

/// What passed one end of a link, while a capture of it is written.
class SegmentLog {
 public:
  static constexpr std::size_t kMostSegments = 20'000;  // that are kept of a connection

  /// Whole blocks of a capture of this program's.
  void take(std::string_view blocks) { blocks_.take(blocks); }

  /// In the order of their first packets.
  const std::deque<Conversation>& conversations() const { return conversations_; }

 private:
  using Side = std::tuple<std::array<std::uint8_t, 16>, std::uint16_t>;
  struct Direction {
    std::optional<std::uint32_t> base;  // the number of its SYN
    std::uint32_t end = 0;              // behind all that was seen, from `base`
    pictures::Speech speech;
  };
  struct Open {
    evidence::SocketId opener;
    Conversation* told = nullptr;
    std::array<Direction, 2> directions;
  };

  void packet(const evidence::WirePacket& packet);
  Open* find(const evidence::SocketId& one, const evidence::SocketId& other);
  Open& open(const evidence::WirePacket& packet);
  static Segment read(Open& open, const evidence::WirePacket& packet, bool from_opener);
  static std::string carried(Direction& direction, const evidence::WirePacket& packet,
                             std::int64_t seq);

  evidence::Names names_;
  std::deque<Conversation> conversations_;
  std::map<std::pair<Side, Side>, Open> open_;
  std::map<std::pair<std::string, std::string>, std::size_t> counts_;
  std::optional<std::chrono::nanoseconds> start_;
  evidence::OwnBlocks blocks_{[this](const evidence::WirePacket& each) { packet(each); }};
};

}  // namespace misproxy::comparison
