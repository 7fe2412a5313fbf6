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

/// Loses the segment at the router, or the question that a resolver is asked, in silence: nobody is
/// told.
///
/// Units:  none; which segments is the trigger's business.
/// Errors: none.
/// Source: RFC 2923 section 2.1 (the black hole that it makes of a size limit).
struct Drop {
  static constexpr std::string_view kWord = "drop";
  static constexpr std::string_view kHelp =
      "loses the segment, or the question to the resolver, and tells nobody";

  template <class Visitor>
  void visit(Visitor&) {}

  unsigned asks(Point point) const {
    return point == Point::lookup ? asks_of({Ask::question}) : asks_of({Ask::segment});
  }

  Effect effect(Point) const {
    Fate fate;
    fate.copies = 0;
    return fate;
  }

  TraceFields told() const { return {}; }
};

}  // namespace misproxy
