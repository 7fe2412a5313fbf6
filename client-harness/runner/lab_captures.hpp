#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "capture/packet_recorder.hpp"
#include "runner/capture_stream.hpp"
#include "runner/run.hpp"

namespace misproxy {

/// The captures of one run in the lab: what passes the wire, and the TLS secrets that the sockets
/// of misproxy's own parties know.
class LabCaptures final : public PacketRecorder {
 public:
  /// `began`: what the world's time is counted from. Plan and sinks outlive it.
  LabCaptures(const RunRequest& request, const CaptureSinks& sinks, CivilTime began);

  simulated::Taps* taps() { return &stream_; }
  void end(Instant at) { stream_.end(at); }

  /// What sockets think that their packets are; the wire has seen them.
  void record(std::size_t, std::int64_t, const std::vector<CommentedPacket>&) override {}
  void secrets(std::string_view key_log) override { stream_.secrets(key_log); }

 private:
  CaptureStream stream_;
};

}  // namespace misproxy
