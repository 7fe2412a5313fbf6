#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>

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

  /// The job of an index; from any thread.
  using JobAt = std::function<Job(std::size_t index)>;

  /// A job waits for those before it, where this many behind them are done: their results are kept
  /// until it is their turn to be told.
  static constexpr std::size_t kMostAhead = 1000;

  /// `authority`: the installation's CA, for the world `live`; both outlive the batch.
  RunBatch(const RunOptions& options, std::size_t count, JobAt job_at,
           const live::StoredAuthority* authority)
      : options_(options), count_(count), job_at_(std::move(job_at)), authority_(authority) {}

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

  /// False where no more runs are to be made.
  bool await_turn(std::size_t index);
  void note_done(std::size_t index);

  const RunOptions& options_;
  std::size_t count_;
  JobAt job_at_;
  const live::StoredAuthority* authority_;
  std::string why_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> made_ = 0;
  std::mutex mutex_;  // guards calls to `on_run`, and what follows
  std::condition_variable turn_;
  std::size_t all_before_ = 0;  // are done
  std::set<std::size_t> done_behind_;
};

}  // namespace misproxy::app
