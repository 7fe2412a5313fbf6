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

/// Takes bytes out of a stream from the trigger on; those behind them come as if nothing had been.
///
/// Units:  `bytes`, at least 1; absent, all of them.
/// Errors: none.
struct Swallow {
  static constexpr std::string_view kWord = "swallow";
  static constexpr std::string_view kHelp = "takes bytes out of a stream";

  std::optional<std::int64_t> bytes;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("bytes", bytes, Range{1});
  }

  unsigned asks(Point) const { return asks_of({Ask::stream}); }

  Effect effect(Point) const { return Bend{Swallowed{bytes}}; }

  TraceFields told() const {
    if (!bytes) return {};
    return {{"bytes", *bytes}};
  }
};

}  // namespace misproxy
