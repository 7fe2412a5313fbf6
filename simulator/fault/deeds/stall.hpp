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

/// Goes quiet: nothing passes in either direction from the trigger on, and nobody closes.
///
/// Units:  `for_ms`, at least 1; absent, for ever. What arrives meanwhile is taken from the socket,
///         so that the client's kernel sees it acknowledged, and thrown away where the stall has no
///         end. With `reads = false` it is left there, so that the client sees the window close;
///         at `tunnel` only.
/// Errors: none; a client that closes, if only its sending side, ends its stall.
struct Stall {
  static constexpr std::string_view kWord = "stall";
  static constexpr std::string_view kHelp =
      "goes quiet, for a time or for ever, with the connection open";

  std::optional<Milliseconds> for_ms;
  bool reads = true;

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("for_ms", for_ms, Range{1, 24LL * 3600 * 1000});
    v.optional("reads", reads);
  }

  unsigned asks(Point) const { return asks_of({reads ? Ask::hold : Ask::hold_unread}); }

  Effect effect(Point) const { return Hold{for_ms, reads}; }

  TraceFields told() const {
    if (!for_ms) return {};
    return {{"for_ms", for_ms->count()}};
  }
};

}  // namespace misproxy
