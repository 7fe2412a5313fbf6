#include <fmt/format.h>

#include "client/seen_exchanges.hpp"
#include "drivers/exec.hpp"
#include "runner/exec_client.hpp"
#include "runner/live_runner.hpp"
#include "trace/normal_form.hpp"

namespace misproxy {
namespace {

/// The program's words, and behind them its exit code in the form that readers of logs know.
std::string log_of(const RunResult::Exec& exec) {
  const bool open = !exec.output.empty() && !exec.output.ends_with('\n');
  return fmt::format("{}{}# exit={}\n", exec.output, open ? "\n" : "", exec.exit);
}

/// Where the shell has found no program there was no run; unless somebody expects just that.
std::string why_none(const Scenario& scenario, const std::string& command,
                     const RunResult::Exec& exec) {
  const auto& wanted = scenario.expect.exec;
  if (!shell_found_nothing(exec.exit) || (wanted && wanted->exit)) return {};
  auto said = exec.output;
  while (said.ends_with('\n'))
    said.pop_back();
  return fmt::format("--client exec: the shell cannot run `{}` (exit {}): {}", command, exec.exit,
                     said);
}

}  // namespace

LiveRunner::Result LiveRunner::play_program(const RunRequest& request,
                                            const std::vector<std::string>& argv, ChildSetup setup,
                                            const EnvironmentFor& environment_for, Duration limit) {
  LiveStage stage(where_, request, catalogue_, interrupt_);
  if (auto why = stage.listen(); !why.empty()) return why;
  Run run;
  capture_for(request, run, stage);
  setup.environment = environment_for(stage.proxy_url());
  auto started = stage.start_client(argv, "", setup);
  if (auto* why = std::get_if<std::string>(&started)) return std::move(*why);
  ExecClient client(stage.context(), std::move(std::get<std::unique_ptr<ChildProcess>>(started)));
  stage.run([&] { client.watch([&] { stage.client_done(stage.server().connections()); }); },
            [&] { client.stop(); }, limit, [&] { client.ask(); });

  run.result = begin_result(request, stage.world(), "exec");
  run.trace = stage.take_trace();
  run.began = stage.server().began();
  run.exchanges = seen_exchanges(run.trace);
  run.result.exec = client.take_end();
  fill_from_trace(run.trace, *run.result.exec);
  run.result.took = stage.took();
  run.result.trace_digest = trace_digest(run.trace);
  if (stage.interrupted()) run.result.stopped = kInterrupted;
  if (stage.reached_limit()) {
    run.result.stopped =
        fmt::format("the program had not ended after {:.3f} s, and was killed", seconds(limit));
  }
  return run;
}

LiveRunner::Result LiveRunner::run_exec(const RunRequest& request, const std::string& command,
                                        bool limit_asked) {
  const auto& scenario = request.plan->scenario();
  const auto& most = scenario.client.max_time_ms;
  const Duration own_limit = most ? Duration{*most * 2} : Duration{kExecLimit};
  auto made = run_program(
      request, exec_arguments(command), {.apart = true, .piped = true},
      [&](const std::string& proxy_url) {
        return exec_environment(scenario.client, proxy_url, ca_path_);
      },
      limit_asked ? limit_ : own_limit);
  auto* run = std::get_if<Run>(&made);
  if (run == nullptr) return made;
  run->log = log_of(*run->result.exec);
  if (auto why = why_none(scenario, command, *run->result.exec); !why.empty()) return why;
  compare_exec(scenario, run->trace, run->result);
  return made;
}

LiveRunner::Result LiveRunner::run_command(const RunRequest& request,
                                           const std::vector<std::string>& argv,
                                           const EnvironmentFor& environment_for) {
  constexpr std::chrono::hours kNoLimit{24 * 365};
  return run_program(request, argv, {.apart = true, .shares = true}, environment_for, kNoLimit);
}

}  // namespace misproxy
