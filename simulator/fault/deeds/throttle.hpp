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

/// Lets a stream pass at a rate, from the trigger on.
///
/// Units:  `bytes_per_s` from 1 to 10^9; `burst_bytes` may pass at once after a pause (0).
/// Errors: none; what waits fills the buffer, and then whoever sends it is read no more.
/// Source: RFC 2697 (a meter of rate and burst).
struct Throttle {
  static constexpr std::string_view kWord = "throttle";
  static constexpr std::string_view kHelp = "lets bytes pass at a rate, with a burst";

  std::int64_t bytes_per_s = 0;
  std::int64_t burst_bytes = 0;

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("bytes_per_s", bytes_per_s, Range{1, 1'000'000'000});
    v.optional("burst_bytes", burst_bytes, Range{0, 1'000'000'000});
  }

  unsigned asks(Point) const { return asks_of({Ask::stream}); }

  Effect effect(Point) const { return Bend{Pace{bytes_per_s, burst_bytes}}; }

  TraceFields told() const {
    TraceFields fields{{"bytes_per_s", bytes_per_s}};
    if (burst_bytes > 0) fields.emplace_back("burst_bytes", burst_bytes);
    return fields;
  }
};

}  // namespace misproxy
