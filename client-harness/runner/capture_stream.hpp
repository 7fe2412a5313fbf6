#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "capture/pcapng.hpp"
#include "plan/plan.hpp"
#include "runner/capture_sinks.hpp"
#include "tls/authority.hpp"
#include "virtual/frame.hpp"

namespace misproxy {

/// Makes pcapng files of a run in a world with links while it goes on, and keeps next to nothing.
///
///     frame ──> awaited until nothing more can be said of it ──> each file that has its link end
///
/// A fault may act on a frame that captures have seen already, and all of them tell it: a frame is
/// written when nobody in the world has it any more.
class CaptureStream final : public simulated::Taps {
 public:
  /// Of a file, packets that wait for its head: TLS secrets that come until then stand in front of
  /// all packets, later ones where they come.
  static constexpr std::size_t kHead = 1 << 20;
  /// Frames that wait at once; beyond, the first is written as it is.
  static constexpr std::size_t kMostAwaited = 1 << 14;

  /// `epoch`: the day on which the world's time begins; `comments`: say what was injected. World
  /// and plan outlive the stream.
  CaptureStream(std::string_view world, const Plan& plan, CivilTime epoch, bool comments)
      : world_(world), plan_(plan), epoch_(epoch.time_since_epoch()), comments_(comments) {}

  /// One more file, before the first frame: what passes these link ends, an interface each.
  void add(const std::vector<simulated::CapturePointId>& points, CaptureWrite write);
  /// The world has ended at that time. Once.
  void end(Instant at);

  void frame(simulated::CapturedFrame captured) override;
  void secrets(std::string_view key_log) override;

 private:
  struct File {
    File(CaptureHead head, std::vector<simulated::CapturePointId> at, CaptureWrite to)
        : pcapng(std::move(head)),
          points(std::move(at)),
          write(std::move(to)),
          counts(points.size()) {}

    void begin(std::string_view key_log);
    void take(std::size_t point, std::chrono::nanoseconds at, const simulated::Frame& frame,
              std::string_view key_log);
    std::optional<std::size_t> place_of(simulated::CapturePointId point) const;

    Pcapng pcapng;
    std::vector<simulated::CapturePointId> points;
    CaptureWrite write;
    std::vector<std::uint64_t> counts;
    std::string held;  // packets, until the head is written
    bool begun = false;
  };

  void write_first();

  std::string_view world_;
  const Plan& plan_;
  std::chrono::nanoseconds epoch_;
  bool comments_;
  std::string digest_;  // the plan's, which takes a while
  std::deque<File> files_;
  std::deque<simulated::CapturedFrame> awaited_;
  std::string key_log_;  // as long as a head is to be written
};

}  // namespace misproxy
