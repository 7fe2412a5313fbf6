#pragma once

#include <memory>
#include <string>
#include <vector>

#include "capture/packet.hpp"
#include "core/time.hpp"

namespace misproxy::simulated {

/// A packet on its way, and what a fault did with it, which all captures of it tell.
struct Frame {
  Packet packet;
  std::string comment;
};
using FramePtr = std::shared_ptr<Frame>;

/// The ends of the three links: where a capture can be taken.
enum class CapturePointId { client, proxy, origin, router_client, router_proxy, router_origin };

/// A frame as it passed a capture point. Behind the router its TTL is one less.
struct CapturedFrame {
  Instant at;
  CapturePointId point;
  bool routed = false;
  FramePtr frame;
};

}  // namespace misproxy::simulated
