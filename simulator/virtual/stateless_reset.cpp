#include "virtual/stateless_reset.hpp"

#include <utility>

namespace misproxy::simulated {

Packet stateless_reset(const TcpSegment& segment, IpAddress from, IpAddress to) {
  TcpSegment reset;
  reset.source_port = segment.destination_port;
  reset.destination_port = segment.source_port;
  reset.rst = true;
  if (segment.has_ack) {
    reset.seq = segment.ack;
  } else {
    reset.has_ack = true;
    reset.ack = segment.seq + segment.length();
  }
  Packet packet;
  packet.source = from;
  packet.destination = to;
  packet.body = std::move(reset);
  return packet;
}

}  // namespace misproxy::simulated
