#pragma once

#include <cstddef>
#include <vector>

#include "fault/fault.hpp"

namespace misproxy {

/// Whether `first`, which stands before `second` in the file where `in_order`, acts whenever
/// `second` would, and lets nothing follow of what `second` needs.
///
/// So it is where `first` ends the conversation (Fault::is_final), under conditions that hold
/// wherever those of `second` do, at a place that is reached no later: at the same turn, at an
/// earlier one of a CONNECT's life, or at an earlier byte of one stream. A 2xx of the proxy's hides
/// the answers behind it: one request has one answer. Nothing is hidden by a fault of the path, nor
/// by one with `times`, or a `chance` below 1.
bool hides(const Fault& first, const Fault& second, bool in_order);

/// A fault of a list that can never act, and what keeps it from it: their places in the list.
struct Hidden {
  std::size_t fault = 0;
  std::size_t by = 0;

  bool operator==(const Hidden&) const = default;
};

/// In the order of the list, each with the first that hides it.
std::vector<Hidden> hidden_faults(const std::vector<Fault>& faults);

}  // namespace misproxy
