#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace misproxy::evidence {

/// What stands before the packet in a line: white space, a number (`-#`), a time.
struct Front {
  enum class Stamp : std::uint8_t { none, clock, dated, epoch };

  Stamp stamp = Stamp::none;
  std::chrono::nanoseconds at{};  // since midnight, or since 1970
  std::size_t indent = 0;         // characters of white space
  bool tab = false;               // the first of them
  bool quoted = false;            // `> ` stood before it, as in a mail
  std::string_view text;          // behind the white space
  std::string_view rest;          // behind the time as well, and the space that follows
};

/// Forms of the time: `10:20:58.987654`, with `2026-11-23 ` in front (-tttt), `1795408515.816716`
/// (-tt), or none (-t); six digits or nine. A number may stand before: tcpdump's `    1  `, an
/// ASA's `   1: `.
Front read_front(std::string_view line);

/// Makes one clock of the times of a text. `-ttt` counts from packet to packet, `-ttttt` from the
/// first: both begin with 00:00:00.000000, and only the first goes back. A time of day that falls
/// by more than half a day has passed midnight.
class TcpdumpClock {
 public:
  /// To be given the first lines of the text, before any `time_of`.
  void learn(const Front& front);

  std::optional<std::chrono::nanoseconds> time_of(const Front& front);

 private:
  std::optional<std::chrono::nanoseconds> learned_;
  bool relative_ = false;
  bool deltas_ = false;
  std::optional<std::chrono::nanoseconds> last_;
};

}  // namespace misproxy::evidence
