#include <fmt/format.h>

#include "client/seen_exchanges.hpp"
#include "core/utf8.hpp"
#include "drivers/client_told.hpp"
#include "drivers/scratch_folder.hpp"
#include "runner/client_record.hpp"
#include "runner/exec_client.hpp"
#include "runner/live_runner.hpp"
#include "trace/normal_form.hpp"

namespace misproxy {
namespace {

/// A program is looked up in PATH; what is apart wants a path.
std::vector<std::string> found_in_path(std::vector<std::string> argv) {
  argv.insert(argv.begin(), "/usr/bin/env");
  return argv;
}

}  // namespace

LiveRunner::Result LiveRunner::play_client(const RunRequest& request, const RealClient& client,
                                           Duration limit) {
  const auto& scenario = request.plan->scenario();
  if (auto why = why_not_told(client, scenario.client); !why.empty()) return why;
  const auto* installed = find_installed(client);
  if (installed == nullptr)
    return fmt::format("there is no {} here (Debian: {})", client.name, client.package);
  const ScratchFolder folder;
  if (folder.path().empty()) return "cannot make a folder for temporary files";
  LiveStage stage(where_, request, catalogue_, interrupt_);
  if (auto why = stage.listen(); !why.empty()) return why;
  Run run;
  capture_for(request, run, stage);
  const auto told =
      tell(client, scenario.client, {stage.proxy_url(), ca_path_, folder.path(), installed->built});
  auto started =
      stage.start_client(found_in_path(told.argv), told.input, {told.environment, true, true});
  if (auto* why = std::get_if<std::string>(&started)) return std::move(*why);
  ExecClient running(stage.context(), std::move(std::get<std::unique_ptr<ChildProcess>>(started)));
  stage.run([&] { running.watch([&] { stage.client_done(stage.server().connections()); }); },
            [&] { running.stop(); }, limit, [&] { running.ask(); });

  run.result = begin_result(request, stage.world(), client.name);
  run.trace = stage.take_trace();
  run.began = stage.server().began();
  run.exchanges = seen_exchanges(run.trace);
  auto& exec = run.result.exec.emplace(running.take_end());
  fill_from_trace(run.trace, exec);
  run.result.took = stage.took();
  run.result.trace_digest = trace_digest(run.trace);
  run.log = fmt::format("{}\n# exit={}\n", exec.output, exec.exit);
  const auto said = read_last_words(client.says, as_utf8(exec.output), exec.exit);
  run.result.record = record_of(said, exec, stage.reached_limit(), scenario, run.trace);
  if (!client.candid) run.result.record->lies.clear();
  run.result.record->client = client.name;
  run.result.record->version = installed->version;
  if (stage.interrupted()) run.result.stopped = kInterrupted;
  if (stage.reached_limit()) {
    run.result.stopped = fmt::format(
        "{} had not ended after {:.3f} s, and was killed with all "
        "that it had started",
        client.name, seconds(limit));
  }
  compare_client(scenario, run.trace, run.result);
  return run;
}

}  // namespace misproxy
