#pragma once

#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/time.hpp"
#include "fault/answer.hpp"

namespace misproxy {

/// What of an answer comes later, and when: the time of each part runs from when all before it has
/// passed.
class LaterParts {
 public:
  void begin(const std::vector<LaterBytes>& parts) {
    parts_.assign(parts.begin(), parts.end());
    due_.reset();
  }
  bool done() const { return parts_.empty(); }

  /// All before it has passed: the next part, where its time has come.
  std::optional<std::string> take(Instant now) {
    if (parts_.empty()) return std::nullopt;
    if (!due_) due_ = now + parts_.front().after;
    if (now < *due_) return std::nullopt;
    due_.reset();
    auto bytes = std::move(parts_.front().bytes);
    parts_.pop_front();
    return bytes;
  }
  /// When the next one comes, once its time runs.
  std::optional<Instant> wake() const { return due_; }

 private:
  std::list<LaterBytes> parts_;
  std::optional<Instant> due_;
};

/// The earlier of two times, of which either may be none.
inline std::optional<Instant> earlier(std::optional<Instant> a, std::optional<Instant> b) {
  if (!a || !b) return a ? a : b;
  return *a < *b ? a : b;
}

}  // namespace misproxy
