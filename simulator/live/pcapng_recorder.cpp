#include "live/pcapng_recorder.hpp"

#include <fmt/format.h>

#include <numeric>
#include <utility>

namespace misproxy::live {
namespace {

/// What belongs to no connection: little, and wanted most.
const Writer::Owner kFileItself{"", 0};

}  // namespace

PcapngRecorder::PcapngRecorder(const CaptureHead& head, std::vector<std::string> scenarios,
                               const Threads& clock, Write write)
    : file_(head),
      scenarios_(std::move(scenarios)),
      clock_(clock),
      write_(std::move(write)),
      since_(std::chrono::system_clock::now().time_since_epoch() - clock.now()),
      counts_(head.points.size()),
      dropped_(head.points.size()),
      gaps_(head.points.size()) {
  write_(file_.begin(), kFileItself, 0);
}

/// The clock is read under the lock: packets stand in the order of their times.
void PcapngRecorder::record(std::size_t point, std::int64_t connection,
                            const std::vector<CommentedPacket>& packets) {
  const Writer::Owner owner{scenarios_.at(point), connection};
  const std::lock_guard lock(mutex_);
  counts_.at(point) += packets.size();
  if (leaves_out(owner)) {
    dropped_.at(point) += packets.size();
    gaps_.at(point) += packets.size();
    return;
  }
  const auto at = now();
  std::string blocks;
  for (const auto& [packet, comment] : packets)
    blocks += file_.packet(point, at, packet, comment_for(point, comment));
  write_(blocks, owner, packets.size());
}

std::string PcapngRecorder::comment_for(std::size_t point, const std::string& comment) {
  const auto gap = std::exchange(gaps_.at(point), 0);
  if (gap == 0) return comment;
  return fmt::format("{} packets dropped before this one: the capture's reader is too slow{}{}",
                     gap, comment.empty() ? "" : "; ", comment);
}

void PcapngRecorder::secrets(std::string_view key_log) {
  const std::lock_guard lock(mutex_);
  if (leaves_out(kFileItself)) {
    ++dropped_secrets_;
    return;
  }
  write_(file_.secrets(key_log), kFileItself, 0);
}

void PcapngRecorder::end() {
  const std::lock_guard lock(mutex_);
  write_(file_.end(now(), counts_, dropped_), kFileItself, 0);
}

std::uint64_t PcapngRecorder::dropped() const {
  return std::accumulate(dropped_.begin(), dropped_.end(), dropped_secrets_);
}

}  // namespace misproxy::live
