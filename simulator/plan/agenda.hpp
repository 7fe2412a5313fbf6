#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "core/life.hpp"
#include "fault/fault.hpp"

namespace misproxy {

/// The faults that act at a turn of the conversation, one after the other.
class Agenda {
 public:
  Agenda() = default;
  Agenda(Point point, std::vector<const Fault*> faults)
      : point_(point), faults_(std::move(faults)) {}

  Point point() const { return point_; }
  bool empty() const { return at_ == faults_.size(); }
  /// The next of them, taken; nothing behind the last.
  const Fault* next() { return at_ < faults_.size() ? faults_[at_++] : nullptr; }

 private:
  Point point_ = Point::accept;
  std::uint32_t at_ = 0;  // fewer than that stand in a scenario
  std::vector<const Fault*> faults_;
};

}  // namespace misproxy
