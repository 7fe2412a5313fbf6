#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "report/progress_text.hpp"

namespace misproxy::app {

/// Tells on stderr how far runs are, from a thread of its own: a bar where that is a terminal that
/// can draw one, else a line now and then.
class Progress {
 public:
  /// `done` is asked from that thread. `every`: from line to line; 0 tells nothing, and draws
  /// nothing. `unit`: of a bar.
  Progress(std::size_t whole, std::function<std::size_t()> done, std::chrono::seconds every,
           std::string_view unit = {});
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kRedraw{200};

  void work(bool bar, std::chrono::milliseconds every);

  ProgressText text_;
  std::function<std::size_t()> done_;
  Clock::time_point began_ = Clock::now();
  std::mutex mutex_;
  std::condition_variable wake_;
  bool over_ = false;
  std::thread thread_;
};

}  // namespace misproxy::app
