#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/exchange.hpp"
#include "plan/plan.hpp"
#include "report/run_result.hpp"
#include "runner/capture_sinks.hpp"
#include "tls/authority.hpp"
#include "trace/event.hpp"
#include "virtual/frame.hpp"

namespace misproxy {

/// One run that is to be made. The plan outlives it. `capture`: make captures, and in the virtual
/// world a digest with them; `capture_at`: the link ends of one more, in the virtual world. They go
/// to `sinks`, which outlive the run; without these, the run keeps them whole. `comments`: captures
/// say what was injected.
struct RunRequest {
  const Plan* plan = nullptr;
  std::optional<std::int64_t> offset;  // of a sweep, for the report
  bool capture = false;
  std::vector<simulated::CapturePointId> capture_at{};
  const CaptureSinks* sinks = nullptr;
  bool comments = true;
  bool splice = true;  // in live: the kernel passes by itself what no fault can act on
};

/// All that a run leaves. Its captures only where one was asked for that goes nowhere else: pcapng
/// files, as CaptureSinks names them.
struct Run {
  RunResult result;
  std::vector<TraceLine> trace;
  std::string log;
  std::string capture;
  std::string proxy_capture;
  std::string chosen_capture;
  std::string not_kept;  // why a capture could not be written, where it could not
  std::vector<Exchange> exchanges;
  CivilTime began{};         // what their times are counted from
  std::uint64_t events = 0;  // of the virtual world's queue; 0 in live
};

/// `RunResult::stopped` of a run that somebody ended with a signal.
inline constexpr auto kInterrupted = "it was interrupted";

/// Puts the captures into the run, which outlives the sinks.
CaptureSinks kept_in(Run& run);

/// A result that says which run it is of, and nothing yet of how it went.
RunResult begin_result(const RunRequest& request, std::string_view world, std::string_view client);
/// A run that had to be stopped has not come as expected.
void note_stopped(RunResult& result);

/// What did not come as the scenario's `[expect]` says, in sentences, whether it says anything of
/// such a run, and the faults that acted: all go into the result. For the built-in client.
void compare(const Scenario& scenario, const std::vector<TraceLine>& trace, RunResult& result);
/// The same for a real curl of this version (`7.88.1`): what its row of `[[expect.curl]]` says.
void compare_curl(const Scenario& scenario, std::string_view version,
                  const std::vector<TraceLine>& trace, RunResult& result);
/// The same for a program of somebody's: what `[expect.exec]` says. Without such an expectation it
/// has to connect to the proxy.
void compare_exec(const Scenario& scenario, const std::vector<TraceLine>& trace, RunResult& result);
/// The same for a client of the table, whose record the result has: one that went past the proxy
/// has met nothing of what the scenario says.
void compare_client(const Scenario& scenario, const std::vector<TraceLine>& trace,
                    RunResult& result);
/// What the proxy's and the origin's events tell of a client that is somebody's program.
void fill_from_trace(const std::vector<TraceLine>& trace, RunResult::Exec& exec);
/// What did not come of the requests that the scenario expects, into the result.
void compare_requests(const Scenario& scenario, const std::vector<TraceLine>& trace,
                      RunResult& result);
/// What each of them begins with: the faults that had to act, the events, and the requests.
/// `own_client`: the built-in one; of no other the trace tells what the client saw.
void compare_trace(const Scenario& scenario, const std::vector<TraceLine>& trace, bool own_client,
                   RunResult& result);

}  // namespace misproxy
