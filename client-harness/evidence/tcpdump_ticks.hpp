#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <vector>

#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// Tells times where a text has none (tcpdump -t), by the time stamps that TCP itself carries: each
/// sender counts milliseconds, as Linux, Windows, macOS and the BSDs do. One that counts slower
/// makes pauses seem shorter than they were. Source: RFC 7323 section 5.4.
class TcpdumpTicks {
 public:
  /// Since the first packet that had a stamp; never before what was told last. Nothing until then,
  /// and nothing in a text that has times.
  std::optional<std::chrono::nanoseconds> time_of(const WirePacket& packet);
  bool told() const { return last_.has_value(); }
  /// The text has times.
  void stop() { stopped_ = true; }

 private:
  struct Sender {
    SocketId from;
    SocketId to;
    std::uint32_t tick = 0;
    std::chrono::nanoseconds at{0};
  };

  const Sender* sender_of(const WirePacket& packet) const;

  static constexpr std::size_t kMostSenders = 256;
  std::vector<Sender> senders_;
  std::optional<std::chrono::nanoseconds> last_;
  bool stopped_ = false;
};

}  // namespace misproxy::evidence
