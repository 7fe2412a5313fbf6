#pragma once

#include "core/fields.hpp"
#include "core/life.hpp"
#include "core/time.hpp"

namespace misproxy {

/// Holds the segment at the router for a while; those behind it overtake it.
///
/// Units:  `by_ms`, at least 1, on top of what the links take.
/// Errors: none.
/// Source: RFC 4737 (reordering).
struct Delay {
  Milliseconds by_ms{1};

  static constexpr std::array kPoints{Point::path};

  template <class Visitor>
  void visit(Visitor& v) {
    v.required("by_ms", by_ms, Range{1, 24LL * 3600 * 1000});
  }
};

}  // namespace misproxy
