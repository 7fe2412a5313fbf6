#pragma once

#include <array>
#include <forward_list>
#include <memory>
#include <utility>

#include "live/alarm.hpp"
#include "session/session.hpp"

namespace misproxy::live {

/// A session, and the timers that it may start.
class Seat {
 public:
  /// Who hears of them, and stays for as long as it hears.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void fired(Timer timer) = 0;
  };

  Seat(std::unique_ptr<Session> session, Party party, Owner& owner)
      : session_(std::move(session)), party_(party), owner_(owner) {}

  Session& session() { return *session_; }
  Party party() const { return party_; }

  void start(Timer timer, const Executor& executor, Alarm::Clock::time_point due);
  void stop(Timer timer);
  void stop_all() { running_.clear(); }

 private:
  struct Running {
    explicit Running(Timer which) : timer(which) {}
    Timer timer;
    Alarm alarm;
  };

  Alarm& alarm_of(Timer timer);

  std::unique_ptr<Session> session_;
  Party party_;
  Owner& owner_;
  std::forward_list<Running> running_;  // those that run or have run: of most sessions one or two
};

}  // namespace misproxy::live
