#include "plan/sweep.hpp"

namespace misproxy {

std::optional<std::int64_t>* swept_offset(Scenario& scenario) {
  for (auto& fault : scenario.faults) {
    if (fault.when.offset_bytes) return &fault.when.offset_bytes;
    if (fault.when.body_offset_bytes) return &fault.when.body_offset_bytes;
  }
  return nullptr;
}

}  // namespace misproxy
