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

/// The origin does not answer the proxy's connection, and the proxy says so in its manner.
///
/// Units:  none; `after_ms` of the trigger is the time after which the proxy gives up, at once
/// where
///         it is absent.
/// Errors: none.
/// Source: RFC 9209 section 2.3.8 (connection_timeout).
struct UpstreamTimeout {
  static constexpr std::string_view kWord = "upstream-timeout";
  static constexpr std::string_view kHelp =
      "the origin does not answer the proxy's connection; the proxy answers in its manner";

  template <class Visitor>
  void visit(Visitor&) {}

  unsigned asks(Point) const { return asks_of({Ask::dialling}); }

  Effect effect(Point) const { return UpstreamFailure{UpstreamFailure::Why::timeout}; }

  TraceFields told() const { return {}; }
};

}  // namespace misproxy
