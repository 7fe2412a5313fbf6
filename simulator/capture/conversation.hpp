#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "capture/packet.hpp"
#include "core/life.hpp"

namespace misproxy {

/// An end of a TCP connection: who sent the SYN, and whom it reached.
enum class Side { client, server };

/// The packets that a connection would have made, from what its sockets did: for a world that sees
/// no packets. No loss, no reordering, no time: the packets of one call stand in their order.
///
/// As Linux would: SYN with mss 1460 (IPv6: 1440), sackOK, TS and wscale 7; at most 1,448 bytes a
/// segment (1,428), PSH on the last. Timestamps count packets. Nothing comes of a side that has
/// ended.
class Conversation {
 public:
  /// `seed` gives initial sequence numbers, timestamps and IP ids.
  Conversation(const SocketAddress& client, const SocketAddress& server, std::uint64_t seed);

  /// SYN, SYN-ACK, ACK; comes first.
  std::vector<Packet> opened();
  /// Data, acknowledged by the other side after every 16 segments and at the end.
  std::vector<Packet> sent(Side from, std::string_view bytes);
  /// FIN and its ACK; or RST with an ACK number, as a socket sends it that is closed with bytes
  /// unread, also after its FIN; after it nothing more comes from either side.
  std::vector<Packet> ended(Side from, Ending how);

 private:
  /// What one end remembers.
  struct End {
    SocketAddress address;
    std::uint32_t next_seq = 0;
    std::uint32_t clock = 0;  // the next TSval
    std::uint16_t window = 0;
    std::uint16_t next_id = 0;
    bool open = true;
  };

  End& end(Side side) { return ends_[static_cast<std::size_t>(side)]; }
  Packet segment(Side from, std::string_view payload, bool syn = false);

  std::uint16_t mss_;
  std::array<End, 2> ends_;
  bool reset_ = false;
};

}  // namespace misproxy
