#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <utility>

namespace misproxy::live {

/// A timer whose longer waits end within microseconds. A kernel wakes a thread that sleeps some 50
/// us late; so it is to be woken a little early, and looks at the clock for what is left. Where the
/// thread had other work, nothing is left.
class ExactTimer {
 public:
  static constexpr std::chrono::microseconds kLead{150};
  /// Shorter waits are not worth a thread's time.
  static constexpr std::chrono::milliseconds kLong{10};

  explicit ExactTimer(const boost::asio::any_io_executor& executor) : timer_(executor) {}

  /// Calls `handler` with an error code, once. Ends with the timer, as an Asio timer does.
  template <class Handler>
  void after(std::chrono::nanoseconds wait, Handler handler) {
    const auto due = Clock::now() + wait;
    timer_.expires_at(wait < kLong ? due : due - kLead);
    timer_.async_wait([due, handler = std::move(handler)](const auto& error) mutable {
      while (!error && Clock::now() < due) {
      }
      handler(error);
    });
  }

 private:
  using Clock = std::chrono::steady_clock;

  boost::asio::steady_timer timer_;
};

}  // namespace misproxy::live
