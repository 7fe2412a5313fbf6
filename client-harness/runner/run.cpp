#include "runner/run.hpp"

#include <fmt/format.h>

namespace misproxy {

CaptureSinks kept_in(Run& run) {
  const auto into = [](std::string& capture) {
    return [&capture](std::string_view blocks) { capture += blocks; };
  };
  return {into(run.capture), into(run.proxy_capture), into(run.chosen_capture)};
}

RunResult begin_result(const RunRequest& request, std::string_view world, std::string_view client) {
  RunResult result;
  result.scenario = request.plan->scenario().about.id;
  result.world = world;
  result.client = client;
  result.seed = request.plan->seed();
  result.offset = request.offset;
  return result;
}

void note_stopped(RunResult& result) {
  if (!result.stopped) return;
  result.mismatches.push_back(fmt::format("the run was stopped: {}", *result.stopped));
}

}  // namespace misproxy
