#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "capture/ip_bytes.hpp"
#include "capture/plain_packet.hpp"
#include "core/time.hpp"

namespace misproxy::simulated {

/// A packet on its way, and what a fault did with it, which all captures of it tell; a fault may
/// still act as long as the frame is under way.
struct Frame {
  Packet packet;
  std::string comment;
  std::string raw{};  // the IP packet as a kernel sent it; empty where misproxy made or changed it
  long tapped = 0;    // how many places of captures wait until nothing more can be said of it

  /// Of the IP packet: what a link holds against its MTU.
  std::size_t ip_bytes() const { return raw.empty() ? ip_length(packet) : raw.size(); }
  /// Behind a router.
  void pass_hop() {
    --packet.ttl;
    if (!raw.empty()) misproxy::pass_hop(raw);
  }
};
using FramePtr = std::shared_ptr<Frame>;

/// No segment, so that the router's faults leave it alone.
inline Frame datagram_frame(const Datagram& datagram) {
  Frame frame;
  frame.packet.source = datagram.source.host;
  frame.packet.destination = datagram.destination.host;
  frame.packet.body = IcmpUnreachable{};
  frame.raw = ip_packet_of(datagram);
  return frame;
}

/// The ends of the three links: where a capture can be taken.
enum class CapturePointId { client, proxy, origin, router_client, router_proxy, router_origin };

/// A frame as it passed a capture point. Behind the router its TTL is one less.
struct CapturedFrame {
  Instant at;
  CapturePointId point;
  bool routed = false;
  FramePtr frame;
};

/// Is told what passes the capture points, as it happens.
class Taps {
 public:
  virtual ~Taps() = default;
  virtual void frame(CapturedFrame captured) = 0;
  /// TLS secrets, before the frames that they open.
  virtual void secrets(std::string_view key_log) = 0;
};

}  // namespace misproxy::simulated
