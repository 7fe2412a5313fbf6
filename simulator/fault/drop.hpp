#pragma once

#include "core/fields.hpp"
#include "core/life.hpp"

namespace misproxy {

/// Loses the segment at the router, in silence: nobody is told.
///
/// Units:  none; which segments is the trigger's business.
/// Errors: none.
/// Source: RFC 2923 section 2.1 (the black hole that it makes of a size limit).
struct Drop {
  static constexpr std::array kPoints{Point::path};

  template <class Visitor>
  void visit(Visitor&) {}
};

}  // namespace misproxy
