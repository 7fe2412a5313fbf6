#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "fault/fault.hpp"

namespace misproxy {

/// How often each fault has acted in a run: one for all its connections, asked from every thread.
class FaultCounts {
 public:
  /// True where the fault may act once more (`times`), which then counts.
  bool claim(const Fault& fault) {
    if (!fault.when.times) return true;
    const std::lock_guard lock(mutex_);
    auto& acted = acted_[fault.id];
    if (acted >= *fault.when.times) return false;
    ++acted;
    return true;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::int64_t> acted_;
};

}  // namespace misproxy
