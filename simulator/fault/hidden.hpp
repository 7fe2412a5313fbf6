#pragma once

#include <cstddef>
#include <vector>

#include "fault/fault.hpp"

namespace misproxy {

/// A fault of a list that can never act, and what keeps it from it: their places in the list.
struct Hidden {
  std::size_t fault = 0;
  std::size_t by = 0;

  bool operator==(const Hidden&) const = default;
};

/// In the order of the list, each with the first that hides it.
///
/// One hides another where it ends the conversation (Fault::is_final), under conditions that hold
/// wherever those of the other do, at a place that is reached no later: before it at one turn, at
/// an earlier turn of a CONNECT's life, or at an earlier byte of one stream. A 2xx of the proxy's
/// hides the answers behind it: one request has one answer. Nothing is hidden by a fault of the
/// path, nor by one with `times`, or a `chance` below 1. `all_in_tunnels`: no request reaches an
/// origin but through one, so that what ends a tunnel at its start ends what is inside.
std::vector<Hidden> hidden_faults(const std::vector<Fault>& faults, bool all_in_tunnels = true);

}  // namespace misproxy
