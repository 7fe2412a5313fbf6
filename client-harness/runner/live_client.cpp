#include <fmt/format.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>

#include "core/utf8.hpp"
#include "drivers/client_told.hpp"
#include "runner/client_record.hpp"
#include "runner/exec_client.hpp"
#include "runner/live_runner.hpp"
#include "runner/live_stage.hpp"
#include "trace/normal_form.hpp"

namespace misproxy {
namespace {

namespace fs = std::filesystem;

/// A client's own, removed with all that it has put there.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::error_code error;
    auto name = (fs::temp_directory_path(error) / "misproxy-client-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// What clients build and may use again (XDG Base Directory Specification).
std::string cache_folder(const std::string& scratch) {
  const char* cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && *cache == '/') return (fs::path(cache) / "misproxy").string();
  const char* home = std::getenv("HOME");
  if (home != nullptr && *home == '/') return (fs::path(home) / ".cache/misproxy").string();
  return scratch + "/cache";
}

/// A program is looked up in PATH; what is apart wants a path.
std::vector<std::string> found_in_path(std::vector<std::string> argv) {
  argv.insert(argv.begin(), "/usr/bin/env");
  return argv;
}

double seconds(Duration time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

LiveRunner::Result LiveRunner::run_client(const RunRequest& request, const RealClient& client,
                                          Duration limit) {
  const auto& scenario = request.plan->scenario();
  if (auto why = why_not_told(client, scenario.client); !why.empty()) return why;
  const auto version = version_of(client);
  if (!version) return fmt::format("there is no {} here (Debian: {})", client.name, client.package);
  const ScratchFolder folder;
  if (folder.path().empty()) return "cannot make a folder for temporary files";
  LiveStage stage(*request.plan, catalogue_, interrupt_);
  if (auto why = stage.listen(); !why.empty()) return why;
  Run run;
  capture_for(request, run, stage);
  const auto told =
      tell(client, scenario.client,
           {stage.server().proxy_url(), ca_path_, folder.path(), cache_folder(folder.path())});
  auto started =
      ChildProcess::start(found_in_path(told.argv), told.input, {told.environment, true, true});
  if (auto* why = std::get_if<std::string>(&started)) return std::move(*why);
  ExecClient running(stage.context(), std::move(std::get<std::unique_ptr<ChildProcess>>(started)));
  stage.run([&] { running.watch([&] { stage.client_done(stage.server().connections()); }); },
            [&] { running.stop(); }, limit, [&] { running.ask(); });

  run.result = begin_result(request, "live", client.name);
  run.trace = stage.take_trace();
  auto& exec = run.result.exec.emplace(running.take_end());
  fill_from_trace(run.trace, exec);
  run.result.took = stage.took();
  run.result.trace_digest = trace_digest(run.trace);
  run.log = fmt::format("{}\n# exit={}\n", exec.output, exec.exit);
  const auto said = read_last_words(client.says, as_utf8(exec.output), exec.exit);
  run.result.record = record_of(said, exec, stage.reached_limit(), scenario, run.trace);
  if (!client.candid) run.result.record->lies.clear();
  run.result.record->client = client.name;
  run.result.record->version = *version;
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
