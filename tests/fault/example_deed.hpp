#pragma once

#include <string_view>

#include "core/fields.hpp"
#include "fault/ask.hpp"
#include "fault/effect.hpp"
#include "fault/points.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// Swaps the case of ASCII letters, from the trigger on.
///
/// Units:  `bytes`, at least 1: how many.
/// Errors: none; what is no letter is garbled.
/// Source: RFC 20 (the bit by which the cases differ).
struct Shout {
  static constexpr std::string_view kWord = "shout";
  static constexpr std::string_view kHelp = "swaps the case of letters in a stream";

  std::int64_t bytes = 1;

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("bytes", bytes, Range{1});
  }

  unsigned asks(Point) const { return asks_of({Ask::stream}); }

  Effect effect(Point) const {
    Flip flip;
    flip.mask = 0x20;
    flip.bytes = bytes;
    return Bend{flip};
  }

  TraceFields told() const { return {{"bytes", bytes}}; }
};

}  // namespace misproxy
