#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "packets/ip_packet.hpp"

namespace misproxy::evidence {

/// Puts together what senders and routers have cut. Source: RFC 791 section 3.2, RFC 8200 section
/// 4.5.
///
/// What it takes is bounded by what is given: pieces are views, and a whole is no longer than they.
class Fragments {
 public:
  /// A packet of which every piece was seen; `bytes` may end before it does, where the capture cut.
  struct Whole {
    std::size_t index = 0;  // of its first piece
    std::uint8_t protocol = 0;
    std::string bytes;
    std::size_t length = 0;
  };

  /// `index`: where the packet of this piece stands among others. Views hold until `clear`.
  void add(const FragmentSeen& piece, std::size_t index);
  void clear();

  std::vector<Whole> whole() const;
  /// Packets of which a piece is missing.
  std::size_t torn() const;
  /// One of those began there, or behind.
  bool is_torn_behind(std::size_t index) const;

 private:
  struct Piece {
    FragmentSeen seen;
    std::size_t index = 0;
  };
  struct Packet {
    std::vector<Piece> pieces;  // by offset; none twice
    bool is_whole = false;
  };
  using Key = std::tuple<HostId::Family, std::array<std::uint8_t, 16>, std::array<std::uint8_t, 16>,
                         std::uint32_t, std::uint8_t>;

  static bool is_whole(const Packet& packet);

  std::map<Key, std::vector<Packet>> packets_;  // a sender uses its numbers again
};

}  // namespace misproxy::evidence
