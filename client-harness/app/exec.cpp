#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "app/exec_options.hpp"
#include "app/one_scenario.hpp"
#include "app/refusal.hpp"
#include "app/run_batch.hpp"
#include "app/run_bundle.hpp"
#include "app/run_captures.hpp"
#include "app/say.hpp"
#include "app/scenario_files.hpp"
#include "app/shared_command.hpp"
#include "app/state.hpp"
#include "app/trust_folder.hpp"
#include "app/version.hpp"
#include "drivers/client_environment.hpp"
#include "live/files.hpp"
#include "live/today.hpp"
#include "plan/worlds.hpp"
#include "report/verdict_text.hpp"
#include "runner/har_of.hpp"

namespace misproxy::app {
namespace {

namespace fs = std::filesystem;

/// One command with a proxy of its own, and what is left of it.
class Execution {
 public:
  explicit Execution(const ExecOptions& options) : options_(options) {}

  ExitCode run() {
    for (const auto prepare :
         {&Execution::read_words, &Execution::load, &Execution::open_ca, &Execution::make_bundle}) {
      if (const auto refusal = (this->*prepare)())
        return complain(refusal->code, refusal->sentence);
    }
    shared_.await_signals();
    return execute();
  }

 private:
  std::optional<Refusal> read_words() {
    if (options_.command.empty()) {
      return Refusal{ExitCode::bad_input,
                     "exec wants a command behind --: misproxy exec SCENARIO -- COMMAND"};
    }
    command_ = options_.command;
    return SharedCommand::find(command_);
  }

  std::optional<Refusal> load() {
    auto found = one_scenario(options_.scenario, "exec serves one");
    if (auto* refusal = std::get_if<Refusal>(&found)) return std::move(*refusal);
    auto& one = std::get<OneScenario>(found);
    if (const auto why = why_not_live(one.scenario)) return Refusal{ExitCode::bad_input, *why};
    if (const auto unheeded = unheeded_live(one.scenario))
      tell(fmt::format("misproxy: warning: {}\n", *unheeded));
    text_ = std::move(one.text);
    plan_.emplace(std::move(one.scenario), options_.seed);
    return std::nullopt;
  }

  std::optional<Refusal> open_ca() {
    auto opened = installed_authority(options_.state_dir);
    if (auto* refusal = std::get_if<Refusal>(&opened)) return std::move(*refusal);
    authority_ = std::move(std::get<live::StoredAuthority>(opened));
    return std::nullopt;
  }

  std::optional<Refusal> make_bundle() {
    auto why = options_.bundle ? make_folder(*options_.bundle) : make_new_folder();
    trust_ = trust_files_in(folder_);
    if (why.empty()) why = live::write_file(path_of("scenario.toml"), text_);
    if (why.empty()) why = write_trust_files(trust_, authority_->pem.certificate);
    if (why.empty()) return std::nullopt;
    return Refusal{ExitCode::environment, why};
  }

  std::string make_folder(const std::string& path) {
    std::error_code error;
    fs::create_directories(path, error);
    folder_ = fs::absolute(path);
    return error ? fmt::format("cannot make {}: {}", path, error.message()) : "";
  }

  std::string make_new_folder() {
    std::error_code error;
    auto name = (fs::temp_directory_path(error) /
                 fmt::format("misproxy-{}-XXXXXX", plan_->scenario().about.id))
                    .string();
    if (error || ::mkdtemp(name.data()) == nullptr) return live::failure("make", name);
    folder_ = name;
    return {};
  }

  std::string path_of(const char* name) const { return (folder_ / name).string(); }

  ExitCode execute() {
    RunOptions kept;
    kept.world = RunOptions::WorldChoice::live;
    kept.out = folder_.string();
    const RunCaptures captures(kept, folder_, nullptr);
    LiveRunner runner(LiveStage::Where::loopback, *authority_, Duration::max(),
                      RunBatch::interrupt_fd());
    auto made = runner.run_command(
        {&*plan_, std::nullopt, true, {}, &captures.sinks(), true}, command_,
        [this](const std::string& proxy_url) { return environment_for(proxy_url); });
    if (const auto* why = std::get_if<std::string>(&made))
      return complain(ExitCode::environment, *why);
    auto& run = std::get<Run>(made);
    auto why = captures.why();
    run.result.named = diagnose_capture(path_of("proxy.pcapng"));
    tell_of(run);
    if (why.empty()) why = write_bundle(folder_, run);
    if (why.empty())
      why = live::write_file(path_of("proxy.har"), har_of(run.exchanges, run.began, kVersion));
    if (!why.empty()) tell(fmt::format("misproxy: {}\n", why));
    return static_cast<ExitCode>(run.result.exec->exit);
  }

  std::vector<std::string> environment_for(const std::string& proxy_url) const {
    auto environment = client_environment(plan_->scenario().client, proxy_url, trust_);
    environment.push_back("MISPROXY_BUNDLE=" + folder_.string());
    return environment;
  }

  void tell_of(const Run& run) const {
    const bool met =
        std::ranges::any_of(run.trace, [](const TraceLine& line) { return line.connection != 0; });
    const auto said =
        met ? fmt::format("{}: {}", verdict_text(run.result), run.result.named->headline)
            : "the command made no connection to the proxy";
    tell(fmt::format("misproxy: {}: {}\nmisproxy: {}: trace, capture, HAR and report\n",
                     plan_->scenario().about.id, said, folder_.string()));
  }

  SharedCommand shared_;
  const ExecOptions& options_;
  std::vector<std::string> command_;
  std::string text_;  // of the scenario
  std::optional<Plan> plan_;
  std::optional<live::StoredAuthority> authority_;
  fs::path folder_;
  TrustFiles trust_;
};

}  // namespace

ExitCode exec(const ExecOptions& options) {
  Execution execution(options);
  return execution.run();
}

}  // namespace misproxy::app
