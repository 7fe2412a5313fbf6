#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trace/event.hpp"
#include "virtual/frame.hpp"

namespace misproxy::simulated {

/// What a run may take before it is stopped.
struct Limits {
  Duration time = std::chrono::hours{48};  // virtual
  std::uint64_t events = 50'000'000;
};

/// Why a run was stopped before its client had come to an end.
enum class Stopped { time, events, nothing_left };

/// All that a run in the virtual world leaves. `frames` and `key_log` only where a capture was
/// asked for.
struct RunRecord {
  std::vector<TraceLine> trace;
  std::vector<CapturedFrame> frames;
  std::string key_log;
  Instant ended{0};
  std::uint64_t events = 0;
  std::optional<Stopped> stopped;
};

}  // namespace misproxy::simulated
