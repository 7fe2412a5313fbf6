#include "live/seat.hpp"

#include <algorithm>

namespace misproxy::live {

void Seat::start(const StartTimer& start, const Executor& executor) {
  alarm_of(start.timer).exactly_after(executor, start.after, [this, timer = start.timer] {
    owner_.fired(timer);
  });
}

void Seat::stop(Timer timer) {
  running_.remove_if([&](const Running& each) { return each.timer == timer; });
}

Alarm& Seat::alarm_of(Timer timer) {
  const auto found = std::ranges::find(running_, timer, &Running::timer);
  return found != running_.end() ? found->alarm : running_.emplace_front(timer).alarm;
}

}  // namespace misproxy::live
