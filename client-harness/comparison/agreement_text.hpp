#pragma once

#include <cstddef>
#include <string>

#include "comparison/agreement.hpp"

namespace misproxy::comparison {

/// How an agreement is drawn. `ladders`: the packets too; `whole`: with all that are alike.
struct DrawingWish {
  std::size_t columns = 80;
  bool colour = false;
  bool ladders = true;
  bool whole = false;
};

/// The two ladders side by side, with what differs marked; each line ends in `\n`.
///
///       0.000 |- S 0 mss 1460 wscale .. ->|    0.000 |- S 0 mss 1460 wscale .. ->|
///     ! 0.402 |<--- . ack 1449 -----------|
///         virtual alone has . ack 1449
std::string agreement_text(const Agreement& agreement, const DrawingWish& wish);
/// What the marks mean.
std::string_view agreement_marks();

}  // namespace misproxy::comparison
