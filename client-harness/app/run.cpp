#include <fmt/format.h>
#include <filesystem>
#include <map>

#include "app/case_picture.hpp"
#include "app/output_files.hpp"
#include "app/playable_scenarios.hpp"
#include "app/progress.hpp"
#include "app/record_file.hpp"
#include "app/results_writer.hpp"
#include "app/run_batch.hpp"
#include "app/run_bundle.hpp"
#include "app/run_captures.hpp"
#include "app/run_compare.hpp"
#include "app/run_options.hpp"
#include "app/run_report.hpp"
#include "app/say.hpp"
#include "app/scenario_files.hpp"
#include "app/state.hpp"
#include "app/stdout_use.hpp"
#include "app/version.hpp"
#include "core/sha256.hpp"
#include "diagnose/diagnose.hpp"
#include "diagnose/lesson.hpp"
#include "evidence/redact.hpp"
#include "lab/ground.hpp"
#include "live/files.hpp"
#include "live/today.hpp"
#include "plan/canonical_text.hpp"
#include "plan/sweep.hpp"
#include "plan/worlds.hpp"
#include "runner/har_of.hpp"
#include "trace/json_line.hpp"

namespace misproxy::app {
namespace {

/// Where each output goes, and the first that could not be written.
class Outputs {
 public:
  explicit Outputs(const RunOptions& options) : options_(options) {}

  void write_run(const Run& run) {
    if (why_.empty()) why_ = run.not_kept;
    if (options_.har) write(options_.har, har_of(run.exchanges, run.began, kVersion));
    if (options_.trace) write(options_.trace, to_json_lines(run.trace));
    if (options_.log) write(options_.log, evidence::redacted_log(run.log));
    if (options_.out) write_in_folder(run);
    if (options_.draws()) draw(run);
  }
  void write(const std::optional<std::string>& path, const std::string& text) {
    if (!path) return;
    auto why = write_output(*path, text);
    if (why_.empty()) why_ = std::move(why);
  }
  void note(const std::string& why) {
    if (why_.empty()) why_ = why;
  }
  const std::string& why() const { return why_; }

 private:
  /// From what the client's end left, as the verdict is.
  void draw(const Run& run) {
    CasePicture picture(options_.matrix ? std::nullopt : options_.html, options_.svg);
    std::vector<std::pair<std::string, std::string>> texts;
    if (!run.capture.empty()) texts.emplace_back("client.pcapng", run.capture);
    if (!run.log.empty()) texts.emplace_back("client.log", evidence::redacted_log(run.log));
    if (options_.comments) picture.add_events(run.trace);
    auto read = picture.read(std::move(texts));
    std::string why;
    if (const auto* unusable = std::get_if<misproxy::diagnose::Unusable>(&read)) {
      why = unusable->sentence;
    } else {
      const auto diagnosis =
          misproxy::diagnose::diagnose(std::get<misproxy::diagnose::Observations>(std::move(read)));
      why = picture.write(diagnosis,
                          fmt::format("{}, seed {}", run.result.scenario, run.result.seed));
    }
    if (why_.empty()) why_ = std::move(why);
  }
  void write_in_folder(const Run& run) {
    const auto& result = run.result;
    auto why = app::write_bundle(
        bundle_folder(options_, result.scenario, result.seed, result.offset), run);
    if (why_.empty()) why_ = std::move(why);
  }

  const RunOptions& options_;
  std::string why_;
};

/// What `misproxy run` was asked for, from the scenarios to the report.
class Batch {
 public:
  explicit Batch(const RunOptions& options) : options_(options), outputs_(options) {}

  ExitCode run() {
    if (const auto code = judge_stdout()) return *code;
    if (const auto code = judge_flags()) return *code;
    if (const auto code = judge_files()) return *code;
    if (const auto code = load()) return *code;
    if (const auto code = plan()) return *code;
    if (const auto code = judge_outputs()) return *code;
    if (const auto code = open_results()) return *code;
    report_.emplace(ReportWish{options_.matrix, options_.verbose, options_.sweep.has_value(),
                               out_.taken(), options_.format, options_.junit,
                               options_.matrix ? options_.html : std::nullopt});
    RunBatch::await_signals();
    {
      RunBatch batch(
          options_, count_, [this](std::size_t index) { return job_at(number_of(index)); },
          authority_ ? &*authority_ : nullptr);
      const Progress progress(
          count_ * static_cast<std::size_t>(options_.repeat), [&batch] { return batch.made(); },
          std::chrono::seconds{options_.progress_s});
      batch.make([&](std::size_t index, Run made) {
        if (options_.require_expect) require_expect(made.result);
        outputs_.write_run(made);
        if (results_file_ && made.result.stopped != kInterrupted)
          results_file_->add(number_of(index), made.result);
        waiting_.emplace(index, std::move(made.result));
        tell_those_next();
      });
      why_ = batch.why();
    }
    for (const auto& [index, result] : waiting_)
      tell_of(result);
    return report();
  }

 private:
  /// stdout holds one thing: the report, or what a `-` names.
  std::optional<ExitCode> judge_stdout() {
    out_.want("--junit", options_.junit);
    out_.want("--capture", options_.capture, StdoutUse::Content::binary);
    out_.want("--har", options_.har);
    out_.want("--trace", options_.trace);
    out_.want("--log", options_.log);
    out_.want("--html", options_.html);
    out_.want("--svg", options_.svg);
    out_.want(options_.format);
    out_.refuse_folder("--out", options_.out);
    out_.refuse_folder("--results", options_.results);
    if (out_.why().empty()) return std::nullopt;
    return complain(ExitCode::bad_input, out_.why());
  }

  static void require_expect(RunResult& result) {
    if (result.judged() != RunResult::Judged::nothing_expected) return;
    result.mismatches.emplace_back(
        "nothing expected: the scenario has no [expect] for a run with this client, and "
        "--require-expect asks for one");
  }

  /// Files that would be lost, before anything is written: a scenario, or one output of two.
  std::optional<ExitCode> judge_files() {
    OutputFiles files;
    files.want("--capture", options_.capture);
    files.want("--trace", options_.trace);
    files.want("--har", options_.har);
    files.want("--log", options_.log);
    files.want("--html", options_.html);
    files.want("--svg", options_.svg);
    files.want("--junit", options_.junit);
    auto why = files.refuse_scenarios(options_.files);
    if (why.empty()) why = files.refuse_shared();
    if (why.empty()) return std::nullopt;
    return complain(ExitCode::bad_input, why);
  }

  /// A flag about captures that there are none of would be one that nobody heeds.
  std::optional<ExitCode> judge_flags() {
    if (!options_.capture_at.empty() && !options_.capture)
      return complain(ExitCode::bad_input,
                      "--capture-at says at which ends --capture is taken: add --capture PATH");
    if (!options_.comments && !options_.capture && !options_.out)
      return complain(ExitCode::bad_input,
                      "--no-comments is for captures: add --capture PATH or --out DIR");
    if (!options_.splice && options_.world != RunOptions::WorldChoice::live)
      return complain(ExitCode::bad_input,
                      "--no-splice is for the tunnels of real sockets: add --world live");
    return std::nullopt;
  }

  /// What cannot be kept is said before the runs, not behind them.
  std::optional<ExitCode> judge_outputs() {
    auto why = refuse_folder(options_.out);
    for (const auto* path : {&options_.capture, &options_.trace, &options_.har, &options_.log,
                             &options_.junit, &options_.html, &options_.svg}) {
      if (why.empty()) why = refuse_unwritable(*path);
    }
    if (why.empty()) return std::nullopt;
    return complain(ExitCode::environment, why);
  }

  std::optional<ExitCode> load() {
    auto loaded = load_scenarios(options_.files);
    if (const auto* code = std::get_if<ExitCode>(&loaded)) return *code;
    scenarios_ = std::move(std::get<std::vector<Scenario>>(loaded));
    if (const auto code = check_verdicts()) return code;
    using World = RunOptions::WorldChoice;
    const auto reason = [&](const Scenario& scenario) { return why_not(options_.world, scenario); };
    if (const auto code = keep_playable(scenarios_, reason, !options_.files.empty())) return code;
    if (options_.world == World::lab) {
      if (const auto why = lab::enter_lab(); !why.empty())
        return complain(ExitCode::environment, why);
    }
    if (options_.world != World::virtual_) {
      if (const auto code = open_authority()) return code;
    }
    if (scenarios_.empty()) return complain(ExitCode::bad_input, "no scenario to run");
    return std::nullopt;
  }

  /// The scenario's loader does not know what the diagnosis may name.
  std::optional<ExitCode> check_verdicts() {
    for (const auto& scenario : scenarios_) {
      const auto& verdict = scenario.expect.verdict;
      if (!verdict || diagnose::find_lesson(*verdict) != nullptr) continue;
      return complain(ExitCode::bad_input,
                      fmt::format("{}: [expect] verdict = \"{}\": there is no such verdict; "
                                  "`misproxy verdicts` lists them",
                                  scenario.about.id, *verdict));
    }
    return std::nullopt;
  }

  std::optional<ExitCode> open_authority() {
    for (const auto& scenario : scenarios_) {
      const bool loopback = options_.world == RunOptions::WorldChoice::live;
      if (const auto unheeded = unheeded_live(scenario); unheeded && loopback)
        tell(fmt::format("misproxy: warning: {}\n", *unheeded));
    }
    const auto now = live::today();
    auto opened = open_state(options_.state_dir, now);
    if (const auto* why = std::get_if<std::string>(&opened)) {
      return complain(ExitCode::environment, *why);
    }
    authority_ = std::move(std::get<live::StoredAuthority>(opened));
    return std::nullopt;
  }

  std::optional<ExitCode> plan() {
    const bool virtual_world = options_.world == RunOptions::WorldChoice::virtual_;
    const auto& at = options_.capture_at;
    const bool loopback = options_.world == RunOptions::WorldChoice::live;
    if (loopback && !at.empty() && at != std::vector{simulated::CapturePointId::proxy}) {
      return complain(ExitCode::bad_input,
                      "--capture-at: the world live has the proxy's socket alone: proxy");
    }
    if (virtual_world && options_.client != RunOptions::ClientChoice::fmc) {
      return complain(ExitCode::bad_input,
                      fmt::format("--client {} is a real program: it needs --world live or lab",
                                  options_.client_name()));
    }
    const auto& seeds = options_.seeds;
    const auto offsets = options_.sweep ? options_.sweep->count() : 1;
    const auto most = RunOptions::kMostRuns / scenarios_.size();
    if (seeds.count() > most || offsets > most / seeds.count()) {
      return complain(ExitCode::bad_input, fmt::format("more than {} runs; ask for fewer at once",
                                                       RunOptions::kMostRuns));
    }
    for (auto& loaded : scenarios_) {
      if (const auto code = check_sweep(loaded)) return code;
      shared_.push_back(std::make_shared<const Scenario>(loaded));
    }
    runs_ = scenarios_.size() * seeds.count() * offsets;
    const auto& shard = options_.shard;
    count_ = runs_ / shard.count + (shard.index <= runs_ % shard.count ? 1 : 0);
    if (options_.wants_one_run() && runs_ != 1) {
      return complain(
          ExitCode::bad_input,
          fmt::format("--capture, --har, --trace, --log, --html and --svg are for one run, not {}; "
                      "--out DIR keeps them for each",
                      runs_));
    }
    return std::nullopt;
  }

  std::optional<ExitCode> check_sweep(const Scenario& scenario) const {
    Scenario copy = scenario;
    if (!options_.sweep || swept_offset(copy) != nullptr) return std::nullopt;
    return complain(ExitCode::bad_input,
                    fmt::format("{}: no fault has an `offset_bytes` or `body_offset_bytes` that "
                                "--sweep could move",
                                scenario.about.id));
  }

  /// Of this part's job, among those of all parts.
  std::uint64_t number_of(std::size_t index) const {
    return index * options_.shard.count + options_.shard.index - 1;
  }

  RunBatch::Job job_at(std::uint64_t number) const {
    const auto offsets = options_.sweep ? options_.sweep->count() : 1;
    const auto seeds = options_.seeds.count();
    const auto offset =
        options_.sweep ? std::optional(options_.sweep->at(number % offsets)) : std::nullopt;
    const auto seed = options_.seeds.at(number / offsets % seeds);
    return {shared_[number / offsets / seeds], static_cast<std::uint64_t>(seed), offset};
  }

  /// The report takes them in their order, the batch makes them in that in which they end.
  void tell_those_next() {
    while (!waiting_.empty() && waiting_.begin()->first == told_)
      tell_of(waiting_.extract(waiting_.begin()).mapped());
  }

  void tell_of(const RunResult& result) {
    ++told_;
    if (result.stopped != kInterrupted) ++whole_;
    report_->add(result);
  }

  /// What parts of one batch agree in.
  BatchHead head() const {
    std::string texts;
    for (const auto& scenario : scenarios_)
      texts += canonical_text(scenario) + '\n';
    return {kVersion,
            sha256_hex(texts),
            asked_for(options_),
            runs_,
            options_.sweep.has_value(),
            options_.shard.index,
            options_.shard.count};
  }

  std::optional<ExitCode> open_results() {
    if (!options_.results) return std::nullopt;
    auto why = refuse_folder(options_.results);
    if (!why.empty()) return complain(ExitCode::environment, why);
    auto opened = ResultsWriter::open(*options_.results, head());
    if (const auto* failed = std::get_if<std::string>(&opened))
      return complain(ExitCode::environment, *failed);
    results_file_ = std::move(std::get<std::unique_ptr<ResultsWriter>>(opened));
    return std::nullopt;
  }

  ExitCode report() {
    outputs_.note(report_->write_files());
    const bool none_made = told_ == 0 && count_ > 0;
    if (!none_made) outputs_.note(report_->print());
    if (why_.empty() && whole_ < count_)
      tell(fmt::format("misproxy: interrupted after {} of {} runs\n", whole_, count_));
    if (!why_.empty()) return complain(ExitCode::environment, why_);
    if (!outputs_.why().empty()) return complain(ExitCode::environment, outputs_.why());
    if (results_file_ && !results_file_->why().empty())
      return complain(ExitCode::environment, results_file_->why());
    return report_->all_as_expected() && told_ == count_ ? ExitCode::ok : ExitCode::mismatch;
  }

  const RunOptions& options_;
  Outputs outputs_;
  StdoutUse out_;
  std::vector<Scenario> scenarios_;
  std::vector<std::shared_ptr<const Scenario>> shared_;
  std::uint64_t runs_ = 0;  // of all parts
  std::size_t count_ = 0;   // of this one
  std::unique_ptr<ResultsWriter> results_file_;
  std::optional<RunReport> report_;
  std::map<std::size_t, RunResult> waiting_;  // for those before them
  std::size_t told_ = 0;
  std::size_t whole_ = 0;
  std::optional<live::StoredAuthority> authority_;
  std::string why_;
};

}  // namespace

ExitCode run(const RunOptions& options) {
  if (options.compare) return run_compare(options);
  Batch batch(options);
  return batch.run();
}

}  // namespace misproxy::app
