#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "app/lab_options.hpp"
#include "app/lab_room.hpp"
#include "app/one_scenario.hpp"
#include "app/refusal.hpp"
#include "app/run_batch.hpp"
#include "app/run_captures.hpp"
#include "app/say.hpp"
#include "app/scenario_files.hpp"
#include "app/shared_command.hpp"
#include "core/endpoint.hpp"
#include "plan/worlds.hpp"
#include "report/verdict_text.hpp"

namespace misproxy::app {
namespace {

/// One lab, and what is done in it.
class LabSitting {
 public:
  explicit LabSitting(const LabOptions& options) : options_(options) {}

  ExitCode run() {
    for (const auto prepare : {&LabSitting::read_words, &LabSitting::load, &LabSitting::enter}) {
      if (const auto refusal = (this->*prepare)())
        return complain(refusal->code, refusal->sentence);
    }
    shared_.await_signals();
    return execute();
  }

 private:
  std::optional<Refusal> read_words() {
    if (!options_.capture && !options_.capture_at.empty()) {
      return Refusal{ExitCode::bad_input,
                     "--capture-at says at which ends --capture is taken: add --capture PATH"};
    }
    command_ = options_.command;
    if (command_.empty()) command_ = lab_shell();
    return SharedCommand::find(command_);
  }

  std::optional<Refusal> load() {
    auto found = one_scenario(options_.scenario, "a lab has one");
    if (auto* refusal = std::get_if<Refusal>(&found)) return std::move(*refusal);
    auto& one = std::get<OneScenario>(found);
    if (const auto why = why_not_lab(one.scenario)) return Refusal{ExitCode::bad_input, *why};
    plan_.emplace(std::move(one.scenario), options_.seed);
    return std::nullopt;
  }

  std::optional<Refusal> enter() {
    auto entered = LabRoom::enter(options_.state_dir);
    if (auto* refusal = std::get_if<Refusal>(&entered)) return std::move(*refusal);
    room_.emplace(std::move(std::get<LabRoom>(entered)));
    return std::nullopt;
  }

  ExitCode execute() {
    RunOptions kept;
    kept.world = RunOptions::WorldChoice::lab;
    kept.capture = options_.capture;
    auto capture_at = options_.capture_at;
    if (capture_at.empty()) capture_at = {simulated::CapturePointId::client};
    RunDiagnosis diagnosis(Evidence::capture);
    const RunCaptures captures(kept, {}, &diagnosis);
    begun_ = std::chrono::steady_clock::now();
    auto made =
        room_->run({&*plan_, std::nullopt, true, capture_at, &captures.sinks(), options_.comments},
                   command_, [this] {
                     set_up_ = std::chrono::steady_clock::now() - begun_;
                     if (options_.command.empty()) greet();
                   });
    if (const auto* why = std::get_if<std::string>(&made))
      return complain(ExitCode::environment, *why);
    auto& run = std::get<Run>(made);
    diagnosis.judge(run);
    tell_of(run);
    if (const auto why = captures.why(); !why.empty()) return complain(ExitCode::environment, why);
    if (!room_->unwritten().empty()) tell(fmt::format("misproxy: {}\n", room_->unwritten()));
    return static_cast<ExitCode>(run.result.exec->exit);
  }

  /// As the appliance's settings have it.
  static std::string proxy_text(const Network& network) {
    if (network.proxy_name.empty()) return network.proxy;
    return fmt::format("{}:{}", network.proxy_name, parse_endpoint(network.proxy)->port);
  }

  /// Who opens a shell is told where it is.
  void greet() const {
    using std::chrono::duration_cast;
    const auto& network = plan_->scenario().network;
    tell(fmt::format(
        "misproxy: {}: this is {}; the proxy is {}, origins are at {}. Set up in {} ms; exit ends "
        "it.\n",
        plan_->scenario().about.id, network.client, proxy_text(network),
        parse_endpoint(network.origin)->host,
        duration_cast<std::chrono::milliseconds>(set_up_).count()));
  }

  void tell_of(const Run& run) const {
    const bool met = std::ranges::any_of(run.trace, [](const TraceLine& line) {
      return line.connection != 0 || line.event.point == Point::lookup;
    });
    const auto said =
        met ? fmt::format("{}: {}", verdict_text(run.result), run.result.named->headline)
            : "no connection to the proxy was made";
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(set_up_).count();
    tell(fmt::format("misproxy: {}: {} (the lab was set up in {} ms)\n", plan_->scenario().about.id,
                     said, ms));
  }

  SharedCommand shared_;
  const LabOptions& options_;
  std::vector<std::string> command_;
  std::optional<Plan> plan_;
  std::optional<LabRoom> room_;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::duration set_up_{};
};

}  // namespace

ExitCode lab(const LabOptions& options) {
  LabSitting sitting(options);
  return sitting.run();
}

}  // namespace misproxy::app
