#pragma once

#include "core/fields.hpp"
#include "core/life.hpp"

namespace misproxy {

/// Sends the segment on twice.
///
/// Units:  none.
/// Errors: none.
/// Source: RFC 5560 (duplication), RFC 2883 (how the receiver tells of it).
struct Duplicate {
  static constexpr std::array kPoints{Point::path};

  template <class Visitor>
  void visit(Visitor&) {}
};

}  // namespace misproxy
