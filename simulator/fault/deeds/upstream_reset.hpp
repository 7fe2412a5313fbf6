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

/// The origin resets its connection with the proxy: before the reply the proxy answers in its
/// manner; in the tunnel it ends the client's connection as that kind of proxy does.
///
/// Units:  none.
/// Errors: none.
/// Source: RFC 9209 section 2.3.7 (connection_terminated).
struct UpstreamReset {
  static constexpr std::string_view kWord = "upstream-reset";
  static constexpr std::string_view kHelp =
      "the origin resets its connection with the proxy, which answers in its manner, or ends the "
      "tunnel";

  template <class Visitor>
  void visit(Visitor&) {}

  unsigned asks(Point) const { return asks_of({Ask::upstream_gone}); }

  Effect effect(Point) const { return UpstreamFailure{UpstreamFailure::Why::reset}; }

  TraceFields told() const { return {}; }
};

}  // namespace misproxy
