#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "capture/packet_recorder.hpp"
#include "capture/pcapng.hpp"
#include "live/threads.hpp"
#include "live/writer.hpp"

namespace misproxy::live {

/// Makes a pcapng file while things happen: each packet is handed on before `record` returns.
///
/// Times are those of the trace, counted from the wall clock's at the start.
class PcapngRecorder final : public PacketRecorder {
 public:
  /// Takes whole blocks of the file, in their order, one call at a time: whose they are, and how
  /// many packets.
  using Write = std::function<void(std::string_view blocks, const Writer::Owner& owner,
                                   std::uint64_t packets)>;
  /// Whether an owner's packets are to be left out.
  using IsBehind = std::function<bool(const Writer::Owner& owner)>;

  /// Writes what comes first. `scenarios`: the owners of what each point of the head sees. `clock`
  /// and what `write` needs outlive the recorder.
  PcapngRecorder(const CaptureHead& head, std::vector<std::string> scenarios, const Threads& clock,
                 Write write);

  /// Leaves out, and counts, the packets of owners that are behind; before the first packet. The
  /// next packet of the point has the count in its comment, the end that of all.
  void drop_where(IsBehind is_behind) { is_behind_ = std::move(is_behind); }

  void record(std::size_t point, std::int64_t connection,
              const std::vector<CommentedPacket>& packets) override;
  void secrets(std::string_view key_log) override;
  /// Writes what comes last, how many packets there were. Once, and nothing after it.
  void end();

  /// Packets that were left out, and connections' secrets. Once ended.
  std::uint64_t dropped() const;

 private:
  std::chrono::nanoseconds now() const { return since_ + clock_.now(); }
  bool leaves_out(const Writer::Owner& owner) const { return is_behind_ && is_behind_(owner); }
  std::string comment_for(std::size_t point, const std::string& comment);

  Pcapng file_;
  std::vector<std::string> scenarios_;
  const Threads& clock_;
  Write write_;
  IsBehind is_behind_;
  std::chrono::nanoseconds since_;  // 1970-01-01, when the clock began
  std::mutex mutex_;                // guards what follows, and the calls of `write_`
  std::vector<std::uint64_t> counts_;
  std::vector<std::uint64_t> dropped_;
  std::vector<std::uint64_t> gaps_;  // dropped since the last packet
  std::uint64_t dropped_secrets_ = 0;
};

}  // namespace misproxy::live
