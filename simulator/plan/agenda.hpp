#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "core/life.hpp"
#include "fault/fault.hpp"

namespace misproxy {

/// The faults that act at a turn of the conversation, one after the other.
class Agenda {
 public:
  Agenda() = default;
  Agenda(Point point, std::vector<const Fault*> faults) : point_(point) {
    if (!faults.empty()) faults_ = std::make_unique<Faults>(std::move(faults));
  }

  Point point() const { return point_; }
  bool empty() const { return !faults_ || at_ == faults_->size(); }
  /// The next of them, taken; nothing behind the last.
  const Fault* next() { return empty() ? nullptr : (*faults_)[at_++]; }

 private:
  using Faults = std::vector<const Fault*>;

  Point point_ = Point::accept;
  std::uint32_t at_ = 0;            // fewer than that stand in a scenario
  std::unique_ptr<Faults> faults_;  // none at most turns, and many connections have one of these
};

}  // namespace misproxy
