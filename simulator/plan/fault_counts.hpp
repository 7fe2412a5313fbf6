#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>

#include "fault/fault.hpp"
#include "plan/nonce_book.hpp"

namespace misproxy {

/// How often each fault has acted in a run, which are turned off, and how often each nonce of its
/// proxy was used: one for all its connections, asked from every thread.
class FaultCounts {
 public:
  /// True where the fault may act once more (`times`), which then counts.
  bool claim(const Fault& fault) {
    if (!fault.when.times && !any_off_) return true;
    const std::lock_guard lock(mutex_);
    if (off_.contains(fault.id)) return false;
    if (!fault.when.times) return true;
    auto& acted = acted_[fault.id];
    if (acted >= *fault.when.times) return false;
    ++acted;
    return true;
  }

  /// One that is off acts nowhere any more, where it has not begun.
  void turn(const std::string& id, bool on) {
    const std::lock_guard lock(mutex_);
    if (on) {
      off_.erase(id);
    } else {
      off_.insert(id);
    }
    any_off_ = !off_.empty();
  }
  bool is_on(const std::string& id) {
    const std::lock_guard lock(mutex_);
    return !off_.contains(id);
  }

  /// None has acted yet.
  void reset() {
    const std::lock_guard lock(mutex_);
    acted_.clear();
  }

  NonceBook& nonces() { return nonces_; }

 private:
  std::mutex mutex_;
  std::map<std::string, std::int64_t> acted_;
  std::set<std::string> off_;
  std::atomic<bool> any_off_ = false;
  NonceBook nonces_;
};

}  // namespace misproxy
