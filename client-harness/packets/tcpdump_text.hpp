#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <tuple>

#include "capture/packet.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy {

/// The lines that `TZ=UTC tcpdump -n -r FILE` prints (tcpdump 4.99) for TCP segments and ICMP
/// unreachable messages, given in the order of the file.
///
/// Sequence numbers are absolute without ACK and in the first segment with ACK of a connection,
/// relative from then on, as tcpdump counts them. The payload is looked at on the ports that
/// tcpdump takes for HTTP: 80 and 8080.
class TcpdumpText {
 public:
  /// Of a packet that `is_told`; without a line's end.
  std::string line(const evidence::WirePacket& packet);

 private:
  /// A connection whichever way its packets go: tcpdump puts the end with the lower port first.
  using Ends = std::tuple<SocketAddress, SocketAddress>;
  struct First {
    std::uint32_t seq = 0;
    std::uint32_t ack = 0;
  };
  /// What is taken off the numbers of a segment, and off the SACK blocks in it.
  struct Base {
    std::uint32_t seq = 0;
    std::uint32_t ack = 0;
    std::uint32_t sack = 0;
  };

  Base base_of(const evidence::WirePacket& segment);
  std::string tcp_text(const evidence::WirePacket& segment);

  std::map<Ends, First> firsts_;
};

}  // namespace misproxy
