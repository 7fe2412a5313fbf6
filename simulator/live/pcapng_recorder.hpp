#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string_view>
#include <vector>

#include "capture/packet_recorder.hpp"
#include "capture/pcapng.hpp"
#include "live/threads.hpp"

namespace misproxy::live {

/// Makes a pcapng file while things happen: each packet is handed on before `record` returns, so
/// that what has been recorded stays so, however the process ends.
///
/// Times are those of the trace, counted from the wall clock's at the start.
class PcapngRecorder final : public PacketRecorder {
 public:
  /// Takes whole blocks of the file, in their order, one call at a time.
  using Write = std::function<void(std::string_view blocks)>;

  /// Writes what comes first. `clock` and what `write` needs outlive the recorder.
  PcapngRecorder(const CaptureHead& head, const Threads& clock, Write write);

  void record(std::size_t point, const std::vector<CommentedPacket>& packets) override;
  void secrets(std::string_view key_log) override;
  /// Writes what comes last, how many packets there were. Once, and nothing after it.
  void end();

 private:
  std::chrono::nanoseconds now() const { return since_ + clock_.now(); }

  Pcapng file_;
  const Threads& clock_;
  Write write_;
  std::chrono::nanoseconds since_;  // 1970-01-01, when the clock began
  std::mutex mutex_;                // guards what follows, and the calls of `write_`
  std::vector<std::uint64_t> counts_;
};

}  // namespace misproxy::live
