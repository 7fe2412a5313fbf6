#pragma once

#include <optional>

#include "core/fields.hpp"
#include "core/life.hpp"
#include "core/time.hpp"

namespace misproxy {

/// Goes quiet: nothing passes in either direction from the trigger on, and nobody closes.
///
/// Units:  `for_ms`, at least 1; absent, for ever. What arrives meanwhile is taken from the socket,
/// so
///         that the client's kernel sees it acknowledged, and thrown away where the stall has no
///         end. With `reads = false` it is left there, so that the client sees the window close;
///         at `tunnel` only.
/// Errors: none; a client that closes, if only its sending side, ends its stall.
struct Stall {
  std::optional<Milliseconds> for_ms;
  bool reads = true;

  static constexpr std::array kPoints{
      Point::accept, Point::request_head,  Point::upstream_connect, Point::reply,
      Point::tunnel, Point::inner_request, Point::inner_response};

  template <class Visitor>
  void visit(Visitor& v) {
    v.optional("for_ms", for_ms, Range{1, 24LL * 3600 * 1000});
    v.optional("reads", reads);
  }
};

}  // namespace misproxy
