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

/// Cuts a stream into pieces, each sent by itself, with a gap between them.
///
/// Units:  `bytes` of a piece, at least 1; `gap_ms` from one to the next, at least 1 (1).
/// Errors: none; what waits fills the buffer, and then whoever sends it is read no more.
struct Slice {
  static constexpr std::string_view kWord = "slice";
  static constexpr std::string_view kHelp = "cuts a stream into pieces with a gap between them";

  std::int64_t bytes = 1;
  Milliseconds gap_ms{1};

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("bytes", bytes, Range{1, 1 << 20});
    v.optional("gap_ms", gap_ms, Range{1, 24LL * 3600 * 1000});
  }

  unsigned asks(Point) const { return asks_of({Ask::stream}); }

  Effect effect(Point) const { return Bend{Slices{bytes, gap_ms}}; }

  TraceFields told() const { return {{"bytes", bytes}, {"gap_ms", gap_ms.count()}}; }
};

}  // namespace misproxy
