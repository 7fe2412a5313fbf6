#include "app/run_compare.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

#include "app/capture_picture.hpp"
#include "app/playable_scenarios.hpp"
#include "app/progress.hpp"
#include "app/run_batch.hpp"
#include "app/say.hpp"
#include "comparison/agreement.hpp"
#include "comparison/agreement_json.hpp"
#include "comparison/agreement_text.hpp"
#include "core/words.hpp"
#include "lab/ground.hpp"
#include "runner/virtual_runner.hpp"

namespace misproxy::app {
namespace {

using World = RunOptions::WorldChoice;

/// One run, and what its packets were.
struct Play {
  Run run;
  comparison::SegmentLog at_client;
  comparison::SegmentLog at_proxy;
  bool has_packets = true;

  comparison::Side side() const {
    return {&run.result, &run.trace, has_packets ? &at_client : nullptr,
            has_packets ? &at_proxy : nullptr};
  }
};

/// Makes the runs of one thread.
class Player {
 public:
  explicit Player(const RunOptions& options)
      : options_(options),
        virtual_({std::chrono::seconds{options.max_time_s},
                  static_cast<std::uint64_t>(options.max_events), &RunBatch::interrupted}) {}

  /// Why the surroundings refused, or nothing.
  std::optional<std::string> play(World world, const Plan& plan, Play& played) {
    played.has_packets = world != World::live;
    RunDiagnosis diagnosis(options_.evidence);
    CaptureSinks sinks;
    const auto watch = [&diagnosis](std::string_view blocks) {
      if (diagnosis.wants_capture()) diagnosis.take(blocks);
    };
    if (played.has_packets) {
      sinks.client = [&, watch](std::string_view blocks) {
        watch(blocks);
        played.at_client.take(blocks);
      };
      sinks.proxy = [&](std::string_view blocks) { played.at_proxy.take(blocks); };
    } else {
      sinks.proxy = watch;
    }
    auto made = make(world, {&plan, std::nullopt, true, {}, &sinks, false});
    if (auto* why = std::get_if<std::string>(&made)) return std::move(*why);
    played.run = std::move(std::get<Run>(made));
    diagnosis.judge(played.run);
    return std::nullopt;
  }

 private:
  LiveRunner::Result make(World world, const RunRequest& request) {
    if (world == World::virtual_) return virtual_.run(request);
    const auto where = world == World::lab ? LiveStage::Where::lab : LiveStage::Where::loopback;
    LiveRunner runner(where, request.plan->seed(), std::chrono::seconds{options_.max_time_s},
                      RunBatch::interrupt_fd());
    return runner.run(request);
  }

  const RunOptions& options_;
  VirtualRunner virtual_;
};

class Comparison {
 public:
  explicit Comparison(const RunOptions& options)
      : options_(options), first_(options.compare->first), second_(options.compare->second) {}

  ExitCode run() {
    if (const auto code = load()) return *code;
    if (const auto code = enter()) return *code;
    RunBatch::await_signals();
    {
      const Progress progress(
          jobs_.size(), [this] { return done_.load(); }, std::chrono::seconds{options_.progress_s});
      std::vector<std::thread> threads;
      for (std::size_t i = 1; i < std::min(options_.jobs, jobs_.size()); ++i)
        threads.emplace_back([this] { work(); });
      work();
      for (auto& thread : threads)
        thread.join();
    }
    return report();
  }

 private:
  struct Job {
    std::shared_ptr<const Scenario> scenario;
    std::uint64_t seed = 1;
  };

  std::optional<ExitCode> load() {
    auto loaded = load_scenarios(options_.files);
    if (const auto* code = std::get_if<ExitCode>(&loaded)) return *code;
    auto scenarios = std::move(std::get<std::vector<Scenario>>(loaded));
    const auto why = [&](const Scenario& scenario) {
      auto of_first = why_not(first_, scenario);
      return of_first ? of_first : why_not(second_, scenario);
    };
    if (const auto code = keep_playable(scenarios, why, !options_.files.empty())) return code;
    if (scenarios.empty())
      return complain(ExitCode::bad_input, "no scenario that both worlds can play");
    for (auto& scenario : scenarios)
      add(std::make_shared<const Scenario>(std::move(scenario)));
    return std::nullopt;
  }

  void add(const std::shared_ptr<const Scenario>& scenario) {
    for (std::uint64_t i = 0; i < options_.seeds.count(); ++i)
      jobs_.push_back({scenario, static_cast<std::uint64_t>(options_.seeds.at(i))});
  }

  std::optional<ExitCode> enter() const {
    if (first_ != World::lab && second_ != World::lab) return std::nullopt;
    if (const auto why = lab::enter_lab(); !why.empty())
      return complain(ExitCode::environment, why);
    return std::nullopt;
  }

  void work() {
    Player player(options_);
    while (!RunBatch::interrupted()) {
      const auto index = next_++;
      if (index >= jobs_.size()) return;
      if (const auto why = compare(player, index)) return fail(*why);
      ++done_;
    }
  }

  /// The kernel's times are the machine's: what differs is played again before it is believed.
  std::optional<std::string> compare(Player& player, std::size_t index) {
    const Plan plan(*jobs_[index].scenario, jobs_[index].seed);
    Play first;
    if (auto why = player.play(first_, plan, first)) return why;
    for (std::int64_t play = 1;; ++play) {
      Play second;
      if (auto why = player.play(second_, plan, second)) return why;
      if (RunBatch::interrupted()) return std::nullopt;
      auto agreement = comparison::agreement_of(first.side(), second.side());
      agreement.plays = play;
      if (!agreement.whole() && play < options_.tries) continue;
      keep(index, agreement);
      return std::nullopt;
    }
  }

  void keep(std::size_t index, const comparison::Agreement& agreement) {
    const bool whole = agreement.whole();
    const bool ladders = jobs_.size() == 1 || options_.verbose || !whole;
    const auto columns = options_.columns.value_or(terminal_columns());
    auto text = options_.format == Format::json
                    ? comparison::agreement_json(agreement) + "\n"
                    : comparison::agreement_text(
                          agreement, {columns, stdout_has_colour(), ladders, options_.verbose});
    const std::lock_guard lock(mutex_);
    agree_ += whole ? 1 : 0;
    texts_[index] = std::move(text);
  }

  void fail(const std::string& why) {
    const std::lock_guard lock(mutex_);
    if (why_.empty()) why_ = why;
    next_ = jobs_.size();
  }

  ExitCode report() {
    for (const auto& [index, text] : texts_)
      print(text);
    if (options_.format == Format::text) {
      print(comparison::agreement_marks());
      print(fmt::format("{} of {} agree\n", agree_, texts_.size()));
    }
    if (RunBatch::interrupted())
      tell(fmt::format("misproxy: interrupted after {} of {}\n", texts_.size(), jobs_.size()));
    else if (!why_.empty())
      return complain(ExitCode::environment, why_);
    return agree_ == jobs_.size() ? ExitCode::ok : ExitCode::mismatch;
  }

  const RunOptions& options_;
  World first_;
  World second_;
  std::vector<Job> jobs_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> done_ = 0;
  std::mutex mutex_;
  std::map<std::size_t, std::string> texts_;  // by job
  std::size_t agree_ = 0;
  std::string why_;
};

}  // namespace

ExitCode run_compare(const RunOptions& options) {
  Comparison comparison(options);
  return comparison.run();
}

}  // namespace misproxy::app
