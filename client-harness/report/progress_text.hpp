#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace misproxy {

/// How far some runs are. `elapsed` since they began; what is left is told from it.
class ProgressText {
 public:
  /// `unit`: what is counted, where a bar tells that: ` MiB`.
  explicit ProgressText(std::size_t whole, std::string_view unit = {})
      : whole_(whole), unit_(unit) {}

  /// For a terminal, drawn over what stands in the line: `[####....] 50/200, 1 min 20 s left`.
  std::string bar(std::size_t done, Duration elapsed) const;
  /// A line of its own: `misproxy: 50 of 200 runs after 27 s, 1 min 20 s left`.
  std::string line(std::size_t done, Duration elapsed) const;

 private:
  std::string left(std::size_t done, Duration elapsed) const;

  std::size_t whole_;
  std::string_view unit_;
};

/// Takes the bar away.
inline constexpr auto kNoBar = "\r\x1b[K";

}  // namespace misproxy
