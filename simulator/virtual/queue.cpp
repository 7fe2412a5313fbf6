#include "virtual/queue.hpp"

#include <algorithm>
#include <utility>

#include "core/ensure.hpp"

namespace misproxy::simulated {

void EventQueue::at(Instant when, std::uint64_t ticket, Task task) {
  ensure(when >= now_, "an event of the past");
  heap_.push_back({when, ticket, std::move(task)});
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
  ticket_ = queue_.ticket();
  if (scheduled_ && *scheduled_ <= when) return;  // what waits in the queue looks again
  schedule();
}

void QueueTimer::schedule() {
  scheduled_ = due_;
  queue_.at(*due_, ticket_,
            [this, generation = ++generation_, ticket = ticket_] { check(generation, ticket); });
}

void QueueTimer::check(std::uint64_t generation, std::uint64_t ticket) {
  if (generation != generation_) return;
  scheduled_.reset();
  if (!due_) return;
  if (*due_ > queue_.now() || ticket != ticket_) return schedule();
  due_.reset();
  on_time_();
}

}  // namespace misproxy::simulated
