#include "live/pcapng_recorder.hpp"

#include <string>
#include <utility>

namespace misproxy::live {

PcapngRecorder::PcapngRecorder(const CaptureHead& head, const Threads& clock, Write write)
    : file_(head),
      clock_(clock),
      write_(std::move(write)),
      since_(std::chrono::system_clock::now().time_since_epoch() - clock.now()),
      counts_(head.points.size()) {
  write_(file_.begin());
}

/// The clock is read under the lock: packets stand in the order of their times.
void PcapngRecorder::record(std::size_t point, const std::vector<CommentedPacket>& packets) {
  const std::lock_guard lock(mutex_);
  const auto at = now();
  std::string blocks;
  for (const auto& [packet, comment] : packets)
    blocks += file_.packet(point, at, packet, comment);
  counts_.at(point) += packets.size();
  write_(blocks);
}

void PcapngRecorder::secrets(std::string_view key_log) {
  const std::lock_guard lock(mutex_);
  write_(file_.secrets(key_log));
}

void PcapngRecorder::end() {
  const std::lock_guard lock(mutex_);
  write_(file_.end(now(), counts_));
}

}  // namespace misproxy::live
