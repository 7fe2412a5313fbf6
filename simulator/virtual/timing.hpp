#pragma once

#include <functional>
#include <utility>

#include "core/time.hpp"

namespace misproxy::simulated {

/// A clock, and what is to happen by it: the event queue of the virtual world, or the machine's
/// timers, where the same links and router stand between real kernels.
class Timing {
 public:
  using Task = std::function<void()>;

  Timing() = default;
  virtual ~Timing() = default;
  Timing(const Timing&) = default;
  Timing& operator=(const Timing&) = default;

  virtual Instant now() const = 0;
  /// Tasks of one instant run in the order in which they were given.
  virtual void at(Instant when, Task task) = 0;
  void after(Duration delay, Task task) { at(now() + delay, std::move(task)); }
};

}  // namespace misproxy::simulated
