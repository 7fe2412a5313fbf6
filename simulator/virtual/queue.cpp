#include "virtual/queue.hpp"

#include <algorithm>
#include <utility>

#include "core/ensure.hpp"

namespace misproxy::simulated {

void EventQueue::at(Instant when, Task task) {
  ensure(when >= now_, "an event of the past");
  heap_.push_back({when, scheduled_++, std::move(task)});
  std::push_heap(heap_.begin(), heap_.end(), &later);
}

void EventQueue::run_next() {
  std::pop_heap(heap_.begin(), heap_.end(), &later);
  auto entry = std::move(heap_.back());
  heap_.pop_back();
  now_ = entry.when;
  ++run_;
  entry.task();
}

void QueueTimer::start_at(Instant when) {
  due_ = when;
  if (scheduled_ && *scheduled_ <= when) return;  // what waits in the queue looks again
  scheduled_ = when;
  queue_.at(when, [this, generation = ++generation_] { check(generation); });
}

void QueueTimer::check(std::uint64_t generation) {
  if (generation != generation_) return;
  scheduled_.reset();
  if (!due_) return;
  if (*due_ > queue_.now()) return start_at(*due_);
  due_.reset();
  on_time_();
}

}  // namespace misproxy::simulated
