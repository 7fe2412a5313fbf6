#include "live/seat.hpp"

#include <algorithm>

namespace misproxy::live {

void Seat::start(Timer timer, const Executor& executor, Alarm::Clock::time_point due) {
  alarm_of(timer).exactly_at(executor, due, [this, timer] { owner_.fired(timer); });
}

void Seat::stop(Timer timer) {
  running_.remove_if([&](const Running& each) { return each.timer == timer; });
}

Alarm& Seat::alarm_of(Timer timer) {
  const auto found = std::ranges::find(running_, timer, &Running::timer);
  return found != running_.end() ? found->alarm : running_.emplace_front(timer).alarm;
}

}  // namespace misproxy::live
