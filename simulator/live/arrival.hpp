#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <span>

namespace misproxy::live {

/// When the last of some bytes arrived, by the steady clock; nothing where nobody asked.
using Arrival = std::optional<std::chrono::steady_clock::time_point>;

/// From now on the kernel stamps what arrives at this socket, and at those that it accepts
/// (SO_TIMESTAMPNS, socket(7)): how late it is read is then no part of any time.
void stamp_arrivals(int socket);

struct StampedRead {
  ssize_t count = 0;
  Arrival arrived;
};

/// recv(2), without waiting. What has no stamp arrives as it is read.
StampedRead read_stamped(int socket, std::span<char> room);

/// How old a stamp is, both times since 1970. Nothing where that cannot be: somebody has set the
/// clock since.
std::chrono::nanoseconds age_of(std::chrono::nanoseconds stamp, std::chrono::nanoseconds now);

}  // namespace misproxy::live
