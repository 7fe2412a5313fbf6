#pragma once

#include <deque>
#include <string>
#include <vector>

#include "capture/packet_recorder.hpp"
#include "virtual/frame.hpp"

namespace misproxy {

/// What a fault of the proxy's session did, said of the packet of the wire that shows it.
///
/// The proxy's sockets tell each of their packets as they believe it to be; the kernel's come right
/// behind, cut as it likes. So it is the first one with the same bytes, or the same end.
class SessionComments {
 public:
  /// What a socket has just done, as packets.
  void expect(const std::vector<CommentedPacket>& packets);
  /// A frame as it leaves the proxy, or reaches it.
  void leaves(simulated::Frame& frame);
  void reaches(const simulated::FramePtr& frame);
  /// Nothing more can be said of what has passed.
  void let_go() { last_.reset(); }

 private:
  static constexpr std::size_t kMostAwaited = 64;  // of what never came to the wire

  std::deque<CommentedPacket> awaited_;
  simulated::FramePtr last_;  // with a payload, that reached the proxy
};

}  // namespace misproxy
