#pragma once

#include <array>
#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "live/exact_timer.hpp"
#include "session/session.hpp"

namespace misproxy::live {

/// A session, and the timers that it may start.
class Seat {
 public:
  /// Keeps alive whom it calls, and with that the seat.
  using OnFired = std::function<void(Timer)>;

  Seat(std::unique_ptr<Session> session, Party party)
      : session_(std::move(session)), party_(party) {}

  Session& session() { return *session_; }
  Party party() const { return party_; }

  void start(const StartTimer& start, const boost::asio::any_io_executor& executor,
             OnFired on_fired);
  void stop(Timer timer);
  void stop_all();

 private:
  std::unique_ptr<Session> session_;
  Party party_;
  std::array<std::unique_ptr<ExactTimer>, kTimers> timers_;  // those that run or have run
  std::array<unsigned, kTimers> starts_{};  // so that one that had just run out stays stopped
};

}  // namespace misproxy::live
