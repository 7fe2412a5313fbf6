#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "report/run_result.hpp"

namespace misproxy {

/// Consecutive offsets of a sweep at which the same came of it. `outcome`: phase, error, statuses
/// and whether the fault acted, in words; the number of bytes that arrived is no part of it.
struct SweepRange {
  std::string scenario;
  std::uint64_t seed = 1;
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::int64_t runs = 0;
  std::string outcome;
};

/// The ranges of the results that have an offset, which come in order of scenario, seed, offset.
class SweepRanges {
 public:
  void add(const RunResult& result);
  const std::vector<SweepRange>& ranges() const { return ranges_; }

 private:
  std::vector<SweepRange> ranges_;
};

}  // namespace misproxy
