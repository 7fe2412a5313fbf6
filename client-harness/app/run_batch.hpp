#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/run_options.hpp"
#include "runner/live_runner.hpp"
#include "runner/run.hpp"

namespace misproxy::app {

/// Makes runs on several threads, each of which has all that it needs for itself.
class RunBatch {
 public:
  /// One run, or one repeated. Its plan is made when its turn comes: a sweep has too many to be
  /// kept. `offset`: where a sweep moves the scenario's fault to.
  struct Job {
    std::shared_ptr<const Scenario> scenario;
    std::uint64_t seed;
    std::optional<std::int64_t> offset;
  };
  /// Called in the order of the jobs' ends, from any thread, one at a time.
  using OnRun = std::function<void(std::size_t index, Run run)>;

  /// `authority`: the installation's CA, for the world `live`; both outlive the batch.
  RunBatch(const RunOptions& options, std::vector<Job> jobs, const live::StoredAuthority* authority)
      : options_(options), jobs_(std::move(jobs)), authority_(authority) {}

  /// Returns when all are done, or, once interrupted, those under way; real sockets are not waited
  /// for: their runs are stopped.
  void make(const OnRun& on_run);
  /// From here on SIGINT and SIGTERM interrupt.
  static void await_signals();
  static bool interrupted();
  /// Readable from then on; -1 before `await_signals`.
  static int interrupt_fd();

  /// How many runs there are by now, each repetition for itself.
  std::size_t made() const { return made_; }
  /// What the surroundings refused, so that no more runs were made; empty where nothing.
  const std::string& why() const { return why_; }

 private:
  using Maker = std::function<LiveRunner::Result(const RunRequest&)>;

  Maker maker() const;
  void work(const OnRun& on_run);
  void fail(std::string why);

  const RunOptions& options_;
  std::vector<Job> jobs_;
  const live::StoredAuthority* authority_;
  std::string why_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> made_ = 0;
  std::mutex mutex_;  // guards calls to `on_run`
};

}  // namespace misproxy::app
