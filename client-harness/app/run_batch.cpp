#include "app/run_batch.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <thread>
#include <utility>

#include "app/run_captures.hpp"
#include "live/farewell.hpp"
#include "plan/sweep.hpp"
#include "runner/virtual_runner.hpp"

namespace misproxy::app {
namespace {

std::atomic<bool> stop_asked = false;
std::atomic<int> stop_fd =
    -1;  // readable once it is asked: what waits for sockets waits for it too

/// A second signal finds the default action again, and ends at once.
void interrupt(int) {
  const int before = errno;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  stop_asked = true;
  live::begin_farewell();
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(stop_fd, &one, sizeof one);
  errno = before;
}

}  // namespace

void RunBatch::await_signals() {
  stop_fd = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  std::signal(SIGINT, interrupt);
  std::signal(SIGTERM, interrupt);
}

bool RunBatch::interrupted() { return stop_asked; }

int RunBatch::interrupt_fd() { return stop_fd; }

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
    const bool same =
        one.trace_digest == other.trace_digest && one.bytes_digest == other.bytes_digest;
    if (!same && !differs_) differs_ = others_ + 1;
  }

  /// The run, with what is to be said of the others; there were to be `wanted` in all.
  Run take(std::int64_t wanted) {
    if (others_ + 1 < wanted) {
      first_->result.mismatches.push_back(
          fmt::format("interrupted after {} of {} runs", others_ + 1, wanted));
    }
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

Plan plan_of(const RunBatch::Job& job) {
  Scenario scenario = *job.scenario;
  if (job.offset) *swept_offset(scenario) = job.offset;
  return {std::move(scenario), job.seed};
}

}  // namespace

void RunBatch::make(const OnRun& on_run) {
  std::vector<std::thread> threads;
  const auto count = std::min(options_.jobs, std::max<std::size_t>(count_, 1));
  for (std::size_t i = 1; i < count; ++i)
    threads.emplace_back([this, &on_run] { work(on_run); });
  work(on_run);
  for (auto& thread : threads)
    thread.join();
}

/// What one thread makes its runs with.
RunBatch::Maker RunBatch::maker() const {
  const Duration limit = std::chrono::seconds{options_.max_time_s};
  if (options_.world == RunOptions::WorldChoice::virtual_) {
    const auto events = static_cast<std::uint64_t>(options_.max_events);
    auto runner =
        std::make_shared<VirtualRunner>(simulated::Limits{limit, events, &RunBatch::interrupted});
    return [runner](const RunRequest& request) { return runner->run(request); };
  }
  const auto where = options_.world == RunOptions::WorldChoice::lab ? LiveStage::Where::lab
                                                                    : LiveStage::Where::loopback;
  auto runner = std::make_shared<LiveRunner>(where, *authority_, limit, stop_fd);
  if (options_.client == RunOptions::ClientChoice::exec) {
    return [runner, this](const RunRequest& request) {
      return runner->run_exec(request, options_.exec, options_.max_time_asked);
    };
  }
  if (options_.client == RunOptions::ClientChoice::table) {
    return [runner, this](const RunRequest& request) {
      const Duration most = options_.max_time_asked ? std::chrono::seconds{options_.max_time_s}
                                                    : LiveRunner::kExecLimit;
      return runner->run_client(request, *options_.real, most);
    };
  }
  const bool curl = options_.client == RunOptions::ClientChoice::curl;
  return [runner, curl](const RunRequest& request) {
    return curl ? runner->run_curl(request) : runner->run(request);
  };
}

void RunBatch::fail(std::string why) {
  const std::lock_guard lock(mutex_);
  if (why_.empty()) why_ = std::move(why);
  next_ = count_;
}

bool RunBatch::await_turn(std::size_t index) {
  constexpr std::chrono::milliseconds kAgain{100};  // a signal wakes nobody
  std::unique_lock lock(mutex_);
  while (index >= all_before_ + kMostAhead && why_.empty() && !interrupted())
    turn_.wait_for(lock, kAgain);
  return why_.empty() && !interrupted();
}

/// With the lock.
void RunBatch::note_done(std::size_t index) {
  done_behind_.insert(index);
  while (done_behind_.erase(all_before_) == 1)
    ++all_before_;
  turn_.notify_all();
}

void RunBatch::work(const OnRun& on_run) {
  const auto make = maker();
  // A sweep asks what becomes of the client, at thousands of offsets.
  const bool diagnosed = !options_.sweep || options_.matrix;
  const bool packets = diagnosed && options_.evidence != Evidence::log;
  const bool bytes =
      options_.capture || options_.out || options_.repeat > 1 || packets || options_.draws();
  std::vector<simulated::CapturePointId> capture_at;
  if (options_.capture) capture_at = options_.capture_at;
  if (options_.capture && capture_at.empty()) capture_at = {simulated::CapturePointId::client};
  static const CaptureSinks nowhere;
  while (!interrupted()) {
    const auto index = next_++;
    if (index >= count_ || !await_turn(index)) return;
    const auto job = job_at_(index);
    const auto plan = plan_of(job);
    const auto& about = plan.scenario().about;
    RunDiagnosis diagnosis(options_.evidence);
    RunCaptures captures(options_, bundle_folder(options_, about.id, job.seed, job.offset),
                         diagnosed ? &diagnosis : nullptr);
    Repeated repeated;
    for (std::int64_t i = 0; i < options_.repeat && !(i > 0 && interrupted()); ++i) {
      auto made = make({&plan, job.offset, bytes, capture_at, i == 0 ? &captures.sinks() : &nowhere,
                        options_.comments, options_.splice});
      if (auto* why = std::get_if<std::string>(&made)) {
        if (!interrupted()) return fail(std::move(*why));
        if (i == 0) return;  // what could not be done was ended by the same signal
        break;
      }
      ++made_;
      auto& run = std::get<Run>(made);
      if (i == 0) run.not_kept = captures.why();
      if (i == 0 && options_.draws()) run.capture = captures.take_drawn();
      if (i == 0 && diagnosed) {
        diagnosis.judge(run);
        // Somebody's program that never came has met nothing that could be named.
        const bool absent = run.result.exec && run.trace.empty();
        if (!absent && run.result.stopped != kInterrupted)
          compare_verdict(plan.scenario(), run.result);
      }
      if (i > 0 && run.result.stopped == kInterrupted) break;  // it is none of those to be compared
      repeated.add(std::move(run));
    }
    const std::lock_guard lock(mutex_);
    on_run(index, repeated.take(options_.repeat));
    note_done(index);
  }
}

}  // namespace misproxy::app
