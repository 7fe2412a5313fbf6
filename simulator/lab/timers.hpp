#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <map>
#include <utility>

#include "virtual/timing.hpp"

namespace misproxy::lab {

/// The machine's clock, and tasks by it, on one thread: what the links and the router of the
/// virtual world run by where their packets come from kernels.
class Timers final : public simulated::Timing {
 public:
  using Clock = std::function<Instant()>;

  /// `clock`: the world's time.
  Timers(boost::asio::io_context& context, Clock clock)
      : clock_(std::move(clock)), timer_(context) {}

  Instant now() const override { return clock_(); }
  void at(Instant when, Task task) override;
  /// What waits is forgotten.
  void stop();

 private:
  void arm();
  void run_due();

  Clock clock_;
  boost::asio::steady_timer timer_;
  std::multimap<Instant, Task> tasks_;  // of one instant, in the order in which they came
  bool stopped_ = false;
};

}  // namespace misproxy::lab
