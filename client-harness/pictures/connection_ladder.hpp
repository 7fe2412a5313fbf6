#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "packets/wire_packet.hpp"
#include "pictures/rungs.hpp"
#include "pictures/speech.hpp"

namespace misproxy::pictures {

/// The ladder of one connection, from its packets in their order.
///
/// Lone ACKs are no rows of their own, but for the handshake's, those that tell of a hole (SACK) or
/// of a closed window, and those that end a silence: the row before stands for them, too.
class ConnectionLadder {
 public:
  using Time = std::optional<std::chrono::nanoseconds>;

  /// `ladder` outlives this. Its connection is between these two lanes; `text`: numbers may be
  /// relative behind the SYN.
  ConnectionLadder(Ladder& ladder, Lane left, Lane right, bool text);

  /// `comment`: what a fault did at this packet.
  void take(const evidence::WirePacket& packet, bool from_left, Time at, std::string_view comment);
  void icmp(const evidence::WirePacket& packet, Time at, const std::string& router);
  void remark(std::string_view text, std::uint64_t number, Time at);
  /// The evidence ends.
  void finish(Time at);

  /// The host that its CONNECT names, and whether that is not answered yet.
  const std::string& target() const { return target_; }
  bool waits_for_reply() const { return connect_open_; }
  bool is_closed() const { return closed_; }

 private:
  /// One direction.
  struct Flow {
    std::optional<std::uint32_t> base;  // the number of its first byte
    std::uint32_t end = 0;              // behind its last byte so far, from `base`
    bool any = false;
    bool no_room = false;                                        // its last window was 0
    std::vector<std::pair<std::uint32_t, std::uint32_t>> holes;  // begin, end: not seen yet
    Speech speech;
  };

  Row arrow(const evidence::WirePacket& packet, bool from_left, Time at) const;
  void learn(Flow& flow, const evidence::WirePacket& packet) const;
  bool is_again(const Flow& flow, const evidence::WirePacket& packet) const;
  static bool fills_hole(Flow& flow, std::uint32_t begin, std::uint32_t end);
  void opening(Row row, const evidence::WirePacket& packet);
  void ending(Row row, const evidence::WirePacket& packet);
  void payload(Row row, Flow& flow, const evidence::WirePacket& packet, bool from_left);
  void acknowledgment(Row row, Flow& flow, const Flow& other, const evidence::WirePacket& packet);
  void note_head(const std::string& label, bool from_left);
  std::string numbers(const evidence::WirePacket& packet, const Flow& flow,
                      const Flow& other) const;

  Ladder& ladder_;
  Rungs rungs_;
  Lane left_;
  Lane right_;
  bool text_;
  Flow from_left_;
  Flow from_right_;
  bool handshake_ = false;
  bool connect_open_ = false;
  bool tunnel_ = false;
  bool closed_ = false;
  std::string target_;
};

}  // namespace misproxy::pictures
