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

/// Lets what passes come later, in its order; on the path, a segment that those behind it overtake;
/// at `lookup`, the resolver's answer.
///
/// Units:  `by_ms`, at least 1, on top of what the links take; `jitter_ms`, up to so much more,
///         drawn from the seed: for each 1,024 bytes of a stream, or for each segment.
/// Errors: none.
/// Source: RFC 4737 (reordering), RFC 3393 (delay variation).
struct Delay {
  static constexpr std::string_view kWord = "delay";
  static constexpr std::string_view kHelp =
      "lets bytes come later by a fixed time and a seeded jitter; on the path, a segment; at "
      "`lookup`, the answer";

  static constexpr std::int64_t kMostMs = 24LL * 3600 * 1000;

  Milliseconds by_ms{1};
  Milliseconds jitter_ms{0};

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("by_ms", by_ms, Range{1, kMostMs});
    v.optional("jitter_ms", jitter_ms, Range{0, kMostMs});
  }

  unsigned asks(Point) const { return asks_of({Ask::late}); }

  Effect effect(Point point) const {
    if (point != Point::path && point != Point::lookup) return Bend{Late{by_ms, jitter_ms}};
    Fate fate;
    fate.wait = by_ms;
    fate.jitter = jitter_ms;
    return fate;
  }

  TraceFields told() const {
    TraceFields fields{{"by_ms", by_ms.count()}};
    if (jitter_ms.count() > 0) fields.emplace_back("jitter_ms", jitter_ms.count());
    return fields;
  }
};

}  // namespace misproxy
