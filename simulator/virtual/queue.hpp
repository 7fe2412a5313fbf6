#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "virtual/timing.hpp"

namespace misproxy::simulated {

/// What is to happen, ordered by (virtual time, order of scheduling): the clock of the virtual
/// world. One thread.
class EventQueue final : public Timing {
 public:
  Instant now() const override { return now_; }
  void at(Instant when, Task task) override { at(when, ticket(), std::move(task)); }
  /// A place among the tasks of one instant, taken before its task is scheduled.
  std::uint64_t ticket() { return scheduled_++; }
  void at(Instant when, std::uint64_t ticket, Task task);

  bool empty() const { return heap_.empty(); }
  /// When the next task is due. Only where there is one.
  Instant next() const { return heap_.front().when; }
  /// Moves the clock to the next task and runs it.
  void run_next();
  std::uint64_t events_run() const { return run_; }

 private:
  struct Entry {
    Instant when;
    std::uint64_t order;
    Task task;
  };
  static bool later(const Entry& a, const Entry& b) {
    return a.when != b.when ? a.when > b.when : a.order > b.order;
  }

  std::vector<Entry> heap_;
  Instant now_{0};
  std::uint64_t scheduled_ = 0;
  std::uint64_t run_ = 0;
};

/// A timer that can be moved often: at most one task of it waits in the queue, and finds out when
/// it runs whether the time has come. Among the tasks of one instant its place is that of `start`.
class QueueTimer {
 public:
  QueueTimer(EventQueue& queue, EventQueue::Task on_time)
      : queue_(queue), on_time_(std::move(on_time)) {}
  QueueTimer(const QueueTimer&) = delete;
  QueueTimer& operator=(const QueueTimer&) = delete;

  void start(Duration after) { start_at(queue_.now() + after); }
  void start_at(Instant when);
  void stop() { due_.reset(); }
  bool running() const { return due_.has_value(); }
  /// Only while running.
  Instant due() const { return *due_; }

 private:
  void schedule();
  void check(std::uint64_t generation, std::uint64_t ticket);

  EventQueue& queue_;
  EventQueue::Task on_time_;
  std::optional<Instant> due_;
  std::uint64_t ticket_ = 0;  // of what is due
  std::optional<Instant> scheduled_;
  std::uint64_t generation_ = 0;
};

}  // namespace misproxy::simulated
