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

/// The origin's name does not resolve, and the proxy says so in its manner.
///
/// Units:  none; `after_ms` of the trigger is the time that the proxy takes to say it.
/// Errors: none.
/// Source: RFC 9209 section 2.3.2 (dns_error).
struct ResolveFailure {
  static constexpr std::string_view kWord = "resolve-failure";
  static constexpr std::string_view kHelp =
      "the origin's name does not resolve; the proxy answers in its manner";

  template <class Visitor>
  void visit(Visitor&) {}

  unsigned asks(Point) const { return asks_of({Ask::resolution}); }

  Effect effect(Point) const { return UpstreamFailure{UpstreamFailure::Why::unresolved}; }

  TraceFields told() const { return {}; }
};

}  // namespace misproxy
