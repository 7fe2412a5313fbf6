#include <fmt/format.h>
#include <filesystem>

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
#include "app/run_report.hpp"
#include "app/say.hpp"
#include "app/scenario_files.hpp"
#include "app/state.hpp"
#include "app/stdout_use.hpp"
#include "app/verbs.hpp"
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
#include "report/junit_report.hpp"
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
    RunBatch::await_signals();
    std::vector<std::optional<RunResult>> done(jobs_.size());
    {
      RunBatch batch(options_, jobs_, authority_ ? &*authority_ : nullptr);
      const Progress progress(
          jobs_.size() * static_cast<std::size_t>(options_.repeat),
          [&batch] { return batch.made(); }, std::chrono::seconds{options_.progress_s});
      batch.make([&](std::size_t index, Run made) {
        if (options_.require_expect) require_expect(made.result);
        outputs_.write_run(made);
        if (results_file_ && made.result.stopped != kInterrupted)
          results_file_->add(numbers_[index], made.result);
        done[index] = std::move(made.result);
      });
      why_ = batch.why();
    }
    for (auto& result : done) {
      if (result) results_.push_back(std::move(*result));
    }
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
    std::size_t index = 0;
    for (const auto& loaded : scenarios_) {
      const auto scenario = std::make_shared<const Scenario>(loaded);
      for (std::uint64_t i = 0; i < seeds.count(); ++i) {
        if (const auto code = plan_one(scenario, seeds.at(i), index)) return code;
      }
    }
    runs_ = index;
    if (options_.wants_one_run() && index != 1) {
      return complain(
          ExitCode::bad_input,
          fmt::format("--capture, --har, --trace, --log, --html and --svg are for one run, not {}; "
                      "--out DIR keeps them for each",
                      index));
    }
    return std::nullopt;
  }

  std::optional<ExitCode> plan_one(const std::shared_ptr<const Scenario>& scenario,
                                   std::int64_t seed, std::size_t& index) {
    const auto number = static_cast<std::uint64_t>(seed);
    if (!options_.sweep) {
      add(index++, {scenario, number, std::nullopt});
      return std::nullopt;
    }
    Scenario copy = *scenario;
    if (swept_offset(copy) == nullptr) {
      return complain(ExitCode::bad_input,
                      fmt::format("{}: no fault has an `offset_bytes` or `body_offset_bytes` that "
                                  "--sweep could move",
                                  scenario->about.id));
    }
    for (std::uint64_t i = 0; i < options_.sweep->count(); ++i) {
      add(index++, {scenario, number, options_.sweep->at(i)});
    }
    return std::nullopt;
  }

  void add(std::size_t index, RunBatch::Job job) {
    if (index % options_.shard.count != options_.shard.index - 1) return;
    jobs_.push_back(std::move(job));
    numbers_.push_back(index);
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
    if (options_.junit) outputs_.write(options_.junit, junit_text(results_));
    if (options_.html && options_.matrix) outputs_.write(options_.html, matrix_page(results_));
    const bool none_made = results_.empty() && !jobs_.empty();
    if (!none_made) print_results();
    const auto whole = std::count_if(results_.begin(), results_.end(), [](const auto& result) {
      return result.stopped != kInterrupted;
    });
    if (why_.empty() && static_cast<std::size_t>(whole) < jobs_.size())
      tell(fmt::format("misproxy: interrupted after {} of {} runs\n", whole, jobs_.size()));
    if (!why_.empty()) return complain(ExitCode::environment, why_);
    if (!outputs_.why().empty()) return complain(ExitCode::environment, outputs_.why());
    if (results_file_ && !results_file_->why().empty())
      return complain(ExitCode::environment, results_file_->why());
    const bool ok = all_as_expected(results_, options_.sweep.has_value());
    return ok && results_.size() == jobs_.size() ? ExitCode::ok : ExitCode::mismatch;
  }

  void print_results() const {
    print_report(results_, {options_.matrix, options_.verbose, options_.sweep.has_value(),
                            out_.taken(), options_.format});
  }

  const RunOptions& options_;
  Outputs outputs_;
  StdoutUse out_;
  std::vector<Scenario> scenarios_;
  std::vector<RunBatch::Job> jobs_;
  std::vector<std::uint64_t> numbers_;  // of the jobs, among those of all parts
  std::uint64_t runs_ = 0;              // of all parts
  std::unique_ptr<ResultsWriter> results_file_;
  std::vector<RunResult> results_;
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
