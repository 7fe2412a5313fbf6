#include "app/progress.hpp"

#include <utility>

#include "app/say.hpp"

namespace misproxy::app {

Progress::Progress(std::size_t whole, std::function<std::size_t()> done, std::chrono::seconds every,
                   std::string_view unit)
    : text_(whole, unit), done_(std::move(done)) {
  if (every.count() == 0) return;
  const bool bar = stderr_draws();
  thread_ = std::thread([this, bar, every] { work(bar, bar ? kRedraw : every); });
}

Progress::~Progress() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void Progress::work(bool bar, std::chrono::milliseconds every) {
  std::string drawn;
  std::unique_lock lock(mutex_);
  for (auto next = began_ + every; !wake_.wait_until(lock, next, [this] { return over_; });
       next += every) {
    const auto elapsed = Clock::now() - began_;
    auto text = bar ? text_.bar(done_(), elapsed) : text_.line(done_(), elapsed);
    if (text == drawn) continue;
    tell(text);
    drawn = std::move(text);
  }
  if (bar && !drawn.empty()) tell(kNoBar);
}

}  // namespace misproxy::app
