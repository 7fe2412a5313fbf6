#include "live/seat.hpp"

namespace misproxy::live {

void Seat::start(const StartTimer& start, const boost::asio::any_io_executor& executor,
                 OnFired on_fired) {
  const auto index = static_cast<std::size_t>(start.timer);
  auto& timer = timers_.at(index);
  const auto count = ++starts_.at(index);
  timer = std::make_unique<ExactTimer>(executor);
  timer->after(start.after, [this, index, count, on_fired = std::move(on_fired)](
                                const boost::system::error_code& error) {
    if (!error && starts_.at(index) == count) on_fired(static_cast<Timer>(index));
  });
}

void Seat::stop(Timer timer) {
  const auto index = static_cast<std::size_t>(timer);
  ++starts_.at(index);
  timers_.at(index).reset();
}

void Seat::stop_all() {
  for (std::size_t i = 0; i < kTimers; ++i)
    stop(static_cast<Timer>(i));
}

}  // namespace misproxy::live
