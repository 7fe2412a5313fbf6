#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>

#include "app/matrix_options.hpp"
#include "app/progress.hpp"
#include "app/read_text.hpp"
#include "app/run_batch.hpp"
#include "app/say.hpp"
#include "app/scenario_files.hpp"
#include "app/state.hpp"
#include "app/stdout_use.hpp"
#include "app/version.hpp"
#include "core/nearest.hpp"
#include "core/sha256.hpp"
#include "core/utf8.hpp"
#include "drivers/real_client.hpp"
#include "live/today.hpp"
#include "plan/worlds.hpp"
#include "report/matrix.hpp"
#include "runner/live_runner.hpp"
#include "scenario/bundled.hpp"
#include "trace/json_line.hpp"

namespace misproxy::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* kJsonName = "matrix.json";

/// As the system calls itself (os-release(5)).
std::string system_name() {
  std::ifstream file("/etc/os-release");
  constexpr std::string_view kKey = "PRETTY_NAME=\"";
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(kKey)) return line.substr(kKey.size(), line.size() - kKey.size() - 1);
  }
  return "an unnamed system";
}

/// What `misproxy matrix` was asked for, from names to files.
class MatrixRun {
 public:
  explicit MatrixRun(const MatrixOptions& options) : options_(options) {
    matrix_.misproxy = kVersion;
    matrix_.system = system_name();
    matrix_.limit_s = options.max_time_s;
  }

  ExitCode run() {
    if (const auto code = sort_names()) return *code;
    if (const auto code = read_before()) return *code;
    if (const auto code = load()) return *code;
    auto opened = open_state(options_.state_dir, live::today());
    if (const auto* why = std::get_if<std::string>(&opened))
      return complain(ExitCode::environment, *why);
    authority_ = std::move(std::get<live::StoredAuthority>(opened));
    if (const auto code = make_folder()) return *code;
    look_for_clients();
    plan_jobs();
    make_all();
    if (RunBatch::interrupted()) return complain(ExitCode::mismatch, "interrupted");
    return report();
  }

 private:
  struct Job {
    const Scenario* scenario;
    const RealClient* client;
    std::size_t cell;
    std::size_t turn;
  };

  /// A name is a client's, or a scenario's; what is neither may have been meant to be either.
  std::optional<ExitCode> sort_names() {
    for (const auto& name : options_.names) {
      std::error_code ignored;
      if (const auto* client = find_real_client(name)) {
        clients_.push_back(client);
      } else if (bundled_file(name) || fs::exists(name, ignored)) {
        scenario_names_.push_back(name);
      } else {
        return complain(ExitCode::bad_input, unknown(name));
      }
    }
    if (clients_.empty()) {
      for (const auto& client : real_clients())
        clients_.push_back(&client);
    }
    return std::nullopt;
  }

  static std::string unknown(const std::string& name) {
    auto names = real_client_names();
    for (const auto& scenario : bundled_scenarios())
      names.push_back(scenario.id());
    const auto close = nearest(name, names);
    return fmt::format("there is no client and no scenario {}; {}", name,
                       close ? fmt::format("did you mean {}?", *close)
                             : "see `misproxy list --clients` and `misproxy list`");
  }

  /// Without a word of it, what the folder holds of an earlier run.
  std::optional<std::string> earlier() const {
    std::error_code ignored;
    if (options_.compare || !options_.out) return options_.compare;
    auto name = (fs::path(*options_.out) / kJsonName).string();
    return fs::exists(name, ignored) ? std::optional(std::move(name)) : std::nullopt;
  }

  std::optional<ExitCode> read_before() {
    const auto name = earlier();
    if (!name) return std::nullopt;
    std::ifstream file(*name, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    if (!file.is_open()) return complain(ExitCode::environment, "cannot read " + *name);
    auto read = read_matrix(text);
    if (const auto* why = std::get_if<std::string>(&read))
      return complain(ExitCode::bad_input, fmt::format("{}: {}", *name, *why));
    before_ = std::move(std::get<Matrix>(read));
    return std::nullopt;
  }

  std::optional<ExitCode> load() {
    const bool all = scenario_names_.empty();
    const auto found = all ? FoundScenarios{bundled_files(), {}} : find_scenarios(scenario_names_);
    if (!found.errors.empty()) return complain_of(found.errors);
    for (const auto& file : found.files) {
      auto loaded = load_scenario(file.name, file.text);
      tell(to_text(loaded.problems));
      if (!loaded.problems.empty()) return ExitCode::bad_input;
      if (const auto why = why_not_live(loaded.scenario)) {
        if (!all) tell(fmt::format("misproxy: left out: {}\n", *why));
        continue;
      }
      const auto& about = loaded.scenario.about;
      matrix_.rows.push_back({about.id, file.layer, about.title, sha256_hex(file.text)});
      scenarios_.push_back(std::move(loaded.scenario));
    }
    if (scenarios_.empty()) return complain(ExitCode::bad_input, "no scenario to run");
    return std::nullopt;
  }

  std::optional<ExitCode> make_folder() {
    if (!options_.out) return std::nullopt;
    std::error_code error;
    for (const auto& scenario : scenarios_) {
      fs::create_directories(fs::path(*options_.out) / scenario.about.id, error);
      if (error) {
        return complain(ExitCode::environment,
                        fmt::format("cannot make {}: {}", *options_.out, error.message()));
      }
    }
    return std::nullopt;
  }

  /// What is not here is skipped, by name.
  void look_for_clients() {
    for (const auto* client : clients_) {
      const auto* found = find_installed(*client);
      matrix_.clients.push_back(
          {std::string(client->name), found ? found->version : "", std::string(client->package)});
      if (!found) tell(fmt::format("misproxy: skipped, for it is not here: {}\n", client->name));
    }
    std::erase_if(clients_, [](const auto* client) { return !find_installed(*client); });
  }

  /// The cells row by row; the work so that neighbours share neither client nor scenario: those
  /// that wait for what never comes stand beside those that work.
  void plan_jobs() {
    const auto rows = scenarios_.size();
    for (std::size_t row = 0; row < rows; ++row) {
      for (std::size_t column = 0; column < clients_.size(); ++column) {
        const auto& scenario = scenarios_[row];
        if (!why_not_told(*clients_[column], scenario.client).empty()) continue;
        const auto turn = (row + column * rows / clients_.size()) % rows;
        jobs_.push_back({&scenario, clients_[column], matrix_.cells.size(), turn});
        matrix_.cells.push_back({scenario.about.id, {}, {}, {}});
      }
    }
    std::stable_sort(jobs_.begin(), jobs_.end(),
                     [](const Job& a, const Job& b) { return a.turn < b.turn; });
  }

  void make_all() {
    RunBatch::await_signals();
    const Progress progress(
        jobs_.size(), [this] { return made_.load(); }, std::chrono::seconds{10});
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < std::min(options_.jobs, jobs_.size()); ++i)
      threads.emplace_back([this] { work(); });
    work();
    for (auto& thread : threads)
      thread.join();
  }

  void work() {
    const Duration limit = std::chrono::seconds{options_.max_time_s};
    LiveRunner runner(LiveStage::Where::loopback, authority_, limit, RunBatch::interrupt_fd());
    while (!RunBatch::interrupted()) {
      const auto index = next_++;
      if (index >= jobs_.size()) return;
      const auto& job = jobs_[index];
      const Plan plan(*job.scenario, 1);
      RunRequest request;
      request.plan = &plan;
      auto made = runner.run_client(request, *job.client, limit);
      ++made_;
      if (const auto* why = std::get_if<std::string>(&made)) {
        refuse(*why);
        return;
      }
      keep(matrix_.cells[job.cell], std::get<Run>(made));
    }
  }

  /// The surroundings refused one: no other will fare better.
  void refuse(const std::string& why) {
    const std::lock_guard lock(mutex_);
    if (why_.empty()) why_ = why;
    next_ = jobs_.size();
  }

  void keep(Matrix::Cell& cell, const Run& run) {
    cell.record = *run.result.record;
    if (!options_.out) return;
    cell.log = fmt::format("{}/{}.log", cell.scenario, cell.record.client);
    cell.trace = fmt::format("{}/{}.jsonl", cell.scenario, cell.record.client);
    write(cell.log, run.log);
    write(cell.trace, to_json_lines(run.trace));
  }

  void write(const std::string& name, const std::string& text) {
    auto why = write_output((fs::path(*options_.out) / name).string(), text);
    const std::lock_guard lock(mutex_);
    if (why_.empty()) why_ = std::move(why);
  }

  ExitCode report() {
    if (why_.empty() && options_.out) {
      write("index.html", matrix_html(matrix_));
      write("matrix.md", matrix_markdown(matrix_));
      write(kJsonName, matrix_json(matrix_));
    }
    if (!why_.empty()) return complain(ExitCode::environment, why_);
    if (!options_.out)
      print(options_.format == Format::json ? matrix_json(matrix_) : matrix_markdown(matrix_));
    if (!before_) return ExitCode::ok;
    const auto changed = changes(*before_, matrix_);
    for (const auto& sentence : changed)
      tell(fmt::format("changed: {}\n", visible(sentence)));
    if (changed.empty()) tell("nothing has changed\n");
    return changed.empty() || !options_.compare ? ExitCode::ok : ExitCode::mismatch;
  }

  const MatrixOptions& options_;
  std::vector<const RealClient*> clients_;
  std::vector<std::string> scenario_names_;
  std::vector<Scenario> scenarios_;
  std::optional<Matrix> before_;
  Matrix matrix_;
  std::vector<Job> jobs_;
  live::StoredAuthority authority_;
  std::atomic<std::size_t> next_ = 0;
  std::atomic<std::size_t> made_ = 0;
  std::mutex mutex_;  // guards what follows
  std::string why_;
};

}  // namespace

ExitCode matrix(const MatrixOptions& options) {
  MatrixRun run(options);
  return run.run();
}

}  // namespace misproxy::app
