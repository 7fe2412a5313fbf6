#include "app/run_batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

#include "runner/virtual_runner.hpp"

namespace misproxy::app {
namespace {

std::atomic<bool> stop_asked = false;

}  // namespace

void RunBatch::interrupt() { stop_asked = true; }
bool RunBatch::interrupted() { return stop_asked; }

namespace {

/// The runs of one thread: the first is kept, all others are held against it.
class Repeated {
 public:
  void add(Run run) {
    if (!first_) {
      first_ = std::move(run);
      return;
    }
    ++others_;
    const auto& one = first_->result;
    const auto& other = run.result;
    const bool same = one.trace_digest == other.trace_digest &&
                      one.bytes_digest == other.bytes_digest && one.mismatches == other.mismatches;
    if (!same && !differs_) differs_ = others_ + 1;
  }

  Run take() {
    if (differs_) {
      first_->result.mismatches.push_back(
          fmt::format("run {} of {} differs from the first", *differs_, others_ + 1));
    }
    return std::move(*first_);
  }

 private:
  std::optional<Run> first_;
  std::int64_t others_ = 0;
  std::optional<std::int64_t> differs_;
};

}  // namespace

void RunBatch::make(const OnRun& on_run) {
  std::vector<std::thread> threads;
  const auto count = std::min(options_.jobs, std::max<std::size_t>(jobs_.size(), 1));
  for (std::size_t i = 1; i < count; ++i)
    threads.emplace_back([this, &on_run] { work(on_run); });
  work(on_run);
  for (auto& thread : threads)
    thread.join();
}

void RunBatch::work(const OnRun& on_run) {
  VirtualRunner runner({std::chrono::seconds{options_.max_time_s},
                        static_cast<std::uint64_t>(options_.max_events)});
  const bool bytes = options_.capture || options_.out || options_.repeat > 1;
  while (!interrupted()) {
    const auto index = next_++;
    if (index >= jobs_.size()) return;
    const auto& job = jobs_[index];
    Repeated repeated;
    for (std::int64_t i = 0; i < options_.repeat; ++i)
      repeated.add(runner.run({job.plan.get(), job.offset, bytes}));
    const std::lock_guard lock(mutex_);
    on_run(index, repeated.take());
  }
}

}  // namespace misproxy::app
