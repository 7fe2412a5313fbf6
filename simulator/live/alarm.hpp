#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

#include "live/socket.hpp"

namespace misproxy::live {

class Alarms;

/// A time at which something is called, on the thread of an executor; gone with the object. All
/// alarms of a thread share one timer of Asio's, so that the limits that every connection has, and
/// hardly any reaches, cost no system call each (alarm.cpp).
class Alarm {
 public:
  using Clock = std::chrono::steady_clock;

  Alarm() = default;
  ~Alarm() { cancel(); }
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  /// Calls once, and not before that time; what was set before is forgotten. The call may end the
  /// alarm's owner.
  void at(const Executor& executor, Clock::time_point due, std::function<void()> call);
  void after(const Executor& executor, std::chrono::nanoseconds wait, std::function<void()> call);
  /// The same within microseconds. A kernel wakes a thread that sleeps some 50 us late; so it is to
  /// be woken a little early, and looks at the clock for what is left. Where the thread had other
  /// work, nothing is left.
  void exactly_at(const Executor& executor, Clock::time_point due, std::function<void()> call);
  void cancel();

 private:
  friend class Alarms;

  Alarms* alarms_ = nullptr;  // of the thread, once it was set
  Clock::time_point due_{};
  std::uint64_t nth_ = 0;
};

}  // namespace misproxy::live
