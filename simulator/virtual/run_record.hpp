#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/time.hpp"
#include "trace/event.hpp"

namespace misproxy::simulated {

/// What a run may take before it is stopped. `stop`: asked before each event whether somebody wants
/// it to end now.
struct Limits {
  Duration time = std::chrono::hours{48};  // virtual
  std::uint64_t events = 50'000'000;
  std::function<bool()> stop{};
};

/// Why a run was stopped before its client had come to an end.
enum class Stopped { time, events, interrupted, nothing_left };

/// What a run in the virtual world leaves when it is over.
struct RunRecord {
  std::vector<TraceLine> trace;
  Instant ended{0};
  std::uint64_t events = 0;
  std::optional<Stopped> stopped;
};

}  // namespace misproxy::simulated
