#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "comparison/segment.hpp"
#include "core/words.hpp"

namespace misproxy::comparison {

/// How far the pauses before two packets may lie apart: what a machine's scheduler does, and the
/// coarseness of a kernel's timers, which grows with what they wait for.
inline constexpr std::chrono::milliseconds kSlack{20};
inline constexpr double kCoarse = 0.15;
/// An ACK which a later one of its sender makes void within this time may be missing: how many are
/// sent while data comes in one burst depends on how the burst is cut.
inline constexpr std::chrono::milliseconds kBurst{5};

/// One line of two ladders side by side.
struct Pair {
  /// `void_ack`: one side alone has an ACK that a later one makes void. `write`: PSH alone differs,
  /// which says where a write of the application ended. Both depend on how fast programs are, not
  /// on TCP, and are no difference. `pace`: nor is a stream that was cut elsewhere (pace.hpp).
  enum class Mark : std::uint8_t { equal, differs, time, void_ack, write, pace };

  const Segment* left = nullptr;  // null: the other side alone has it
  const Segment* right = nullptr;
  Mark mark = Mark::equal;
  std::string why{};  // of what is on both sides and differs, in words

  bool agrees() const { return mark != Mark::differs && mark != Mark::time; }
};

/// Each direction's segments in their order, next to those that the other world has in the same
/// places; which of two that cross comes first is left to the machine. Conversations outlive it.
std::vector<Pair> side_by_side(const Conversation& left, const Conversation& right);

}  // namespace misproxy::comparison

namespace misproxy {

template <>
struct WordsOf<comparison::Pair::Mark> {
  static constexpr std::array<std::string_view, 6> words{"equal",    "differs", "time",
                                                         "void-ack", "write",   "pace"};
};

}  // namespace misproxy
