#pragma once

#include <string>
#include <vector>

#include "oracle/peer.hpp"

namespace misproxy::oracle {

/// The answers of both, side by side.
struct Comparison {
  std::vector<std::string> rows;
  int packets = 0;   // that only one of them sent
  int times = 0;     // that are further apart than timers may be
  bool told = true;  // both applications were told the same
  bool equal() const { return packets == 0 && times == 0 && told; }
  std::string summary() const;
};

/// A time is that since what came before it, an answer or a step: it may differ by 10 ms, and by
/// the coarseness of the kernel's timers, an eighth of what they wait for.
Comparison compare(const Situation& situation, const Played& model, const Played& kernel);

}  // namespace misproxy::oracle
