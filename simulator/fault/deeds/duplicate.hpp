#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/fields.hpp"
#include "core/time.hpp"
#include "fault/ask.hpp"
#include "fault/effect.hpp"
#include "fault/points.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// Sends the segment on twice.
///
/// Units:  none.
/// Errors: none.
/// Source: RFC 5560 (duplication), RFC 2883 (how the receiver tells of it).
struct Duplicate {
  static constexpr std::string_view kWord = "duplicate";
  static constexpr std::string_view kHelp = "sends the segment on twice";

  template <class Visitor>
  void visit(Visitor&) {}

  unsigned asks(Point) const { return asks_of({Ask::segment}); }

  Effect effect(Point) const {
    Fate fate;
    fate.copies = 2;
    return fate;
  }

  TraceFields told() const { return {}; }
};

}  // namespace misproxy
