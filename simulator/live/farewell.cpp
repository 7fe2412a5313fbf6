#include "live/farewell.hpp"

#include <atomic>

namespace misproxy::live {
namespace {

using Clock = std::chrono::steady_clock;

std::atomic<Clock::rep> over_at = 0;  // 0: nobody has asked
static_assert(std::atomic<Clock::rep>::is_always_lock_free, "a signal handler writes it");

}  // namespace

void begin_farewell() noexcept {
  Clock::rep nobody = 0;
  over_at.compare_exchange_strong(nobody, (Clock::now() + kFarewell).time_since_epoch().count());
}

bool farewell_is_over() noexcept {
  const auto at = over_at.load();
  return at != 0 && Clock::now().time_since_epoch().count() >= at;
}

}  // namespace misproxy::live
