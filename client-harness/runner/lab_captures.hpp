#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "capture/packet_recorder.hpp"
#include "runner/capture_stream.hpp"
#include "runner/run.hpp"
#include "runner/session_comments.hpp"

namespace misproxy {

/// The captures of one run in the lab: what passes the wire, what the proxy's session did to it,
/// and the TLS secrets that the sockets of misproxy's own parties know.
class LabCaptures final : public PacketRecorder, private simulated::Taps {
 public:
  /// `began`: what the world's time is counted from. Plan and sinks outlive it.
  LabCaptures(const RunRequest& request, const CaptureSinks& sinks, CivilTime began);

  simulated::Taps* taps() { return this; }
  void end(Instant at) {
    comments_.let_go();
    stream_.end(at);
  }

  /// What sockets think that their packets are; the wire sees them.
  void record(std::size_t, std::int64_t, const std::vector<CommentedPacket>& packets) override {
    comments_.expect(packets);
  }
  void secrets(std::string_view key_log) override { stream_.secrets(key_log); }

 private:
  void frame(simulated::CapturedFrame captured) override;

  CaptureStream stream_;
  SessionComments comments_;
};

}  // namespace misproxy
