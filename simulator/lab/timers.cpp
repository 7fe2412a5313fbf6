#include "lab/timers.hpp"

namespace misproxy::lab {

void Timers::at(Instant when, Task task) {
  if (stopped_) return;
  const auto place = tasks_.emplace(when, std::move(task));
  if (place == tasks_.begin()) arm();
}

void Timers::arm() {
  timer_.expires_after(tasks_.begin()->first - now());
  timer_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled) run_due();
  });
}

void Timers::run_due() {
  while (!tasks_.empty() && tasks_.begin()->first <= now()) {
    const auto task = std::move(tasks_.begin()->second);
    tasks_.erase(tasks_.begin());
    task();
  }
  if (!tasks_.empty()) arm();
}

void Timers::stop() {
  stopped_ = true;
  tasks_.clear();
  timer_.cancel();
}

}  // namespace misproxy::lab
