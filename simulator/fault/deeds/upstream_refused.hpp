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

/// The origin refuses the proxy's connection, and the proxy says so in its manner.
///
/// Units:  none; `after_ms` of the trigger is the time that the proxy takes to say it.
/// Errors: none.
/// Source: RFC 9209 section 2.3.6 (connection_refused).
struct UpstreamRefused {
  static constexpr std::string_view kWord = "upstream-refused";
  static constexpr std::string_view kHelp =
      "the origin refuses the proxy's connection; the proxy answers in its manner";

  template <class Visitor>
  void visit(Visitor&) {}

  unsigned asks(Point) const { return asks_of({Ask::dialling}); }

  Effect effect(Point) const { return UpstreamFailure{UpstreamFailure::Why::refused}; }

  TraceFields told() const { return {}; }
};

}  // namespace misproxy
