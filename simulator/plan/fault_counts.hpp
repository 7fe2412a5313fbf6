#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "fault/fault.hpp"
#include "plan/nonce_book.hpp"

namespace misproxy {

/// How often each fault has acted in a run, and each nonce of its proxy was used: one for all its
/// connections, asked from every thread.
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

  NonceBook& nonces() { return nonces_; }

 private:
  std::mutex mutex_;
  std::map<std::string, std::int64_t> acted_;
  NonceBook nonces_;
};

}  // namespace misproxy
