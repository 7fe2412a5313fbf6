#pragma once

#include <chrono>
#include <cstdint>

namespace misproxy {

/// Time since the world began; a session never asks a clock, it is told.
using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::nanoseconds;
using Milliseconds = std::chrono::duration<std::int64_t, std::milli>;

inline double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace misproxy
