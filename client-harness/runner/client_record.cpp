#include "runner/client_record.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/ascii.hpp"

namespace misproxy {
namespace {

using ClientEnding = ClientRecord::Ending;
using Lie = ClientRecord::Lie;
using Lines = std::vector<TraceLine>;

bool has(const Lines& trace, std::string_view event) {
  return std::any_of(trace.begin(), trace.end(),
                     [&](const auto& line) { return line.event.name == event; });
}

/// Of a tunnel: the proxy never said yes.
bool kept_out(const RunResult::Exec& exec) {
  return exec.attempts && (!exec.http_connect || *exec.http_connect / 100 != 2);
}

bool refused(const RunResult::Exec& exec) {
  return exec.http_connect && *exec.http_connect != 0 && *exec.http_connect / 100 != 2;
}

/// From the trace alone: a client's words may be anything.
ClientPhase phase_of(const RunResult::Exec& exec, const Lines& trace) {
  if (trace.empty()) return ClientPhase::connect;
  if (!exec.attempts) {  // no tunnel
    if (!has(trace, "request")) return ClientPhase::connect;
    return has(trace, "inner-response") ? ClientPhase::body : ClientPhase::response;
  }
  if (kept_out(exec)) return ClientPhase::reply;
  if (!has(trace, "tls-handshake")) return ClientPhase::tls;
  if (!has(trace, "inner-request")) return ClientPhase::request;
  return has(trace, "inner-response") ? ClientPhase::body : ClientPhase::response;
}

ClientEnding ending_of(const LastWords& said, bool killed, const Lines& trace) {
  if (trace.empty() && (said.success || said.status)) return ClientEnding::proxy_bypassed;
  if (killed) return ClientEnding::hung;
  if (said.status && *said.status >= 400) return ClientEnding::http_error;
  return said.success ? ClientEnding::success : ClientEnding::failed;
}

/// A fault acted behind the last response's head: what the client holds is not whole. Whoever asked
/// again, and was served, holds the rest.
bool broke_off_last(const Lines& trace) {
  bool broken = false;
  for (const auto& line : trace) {
    if (line.event.cause == Cause::injected) {
      broken = true;
    } else if (line.event.name == "inner-request" || line.event.name == "request") {
      broken = false;
    }
  }
  return broken;
}

bool expects_broken_body(const Scenario& scenario) {
  const auto& due = scenario.expect.client;
  if (!due || due->phase != ClientPhase::body) return false;
  return due->error == ClientError::truncated || due->error == ClientError::reset ||
         due->error == ClientError::closed;
}

bool expects_untrusted(const Scenario& scenario) {
  const auto& due = scenario.expect.client;
  return due && due->error == ClientError::untrusted;
}

/// It names the one who answered.
bool names_proxy(std::string_view message) {
  constexpr std::array<std::string_view, 2> kInAnyCase{"proxy", "tunnel"};
  const bool named = std::any_of(kInAnyCase.begin(), kInAnyCase.end(),
                                 [&](const auto name) { return holds_in_any_case(message, name); });
  return named || message.find("CONNECT") != std::string_view::npos;
}

/// As the status of what was asked for, or in a message that does not say whose it is.
bool tells_status(const LastWords& said, std::int64_t status) {
  return said.status == status || said.message.find(std::to_string(status)) != std::string::npos;
}

std::vector<Lie> lies_of(const LastWords& said, ClientEnding ending, const RunResult::Exec& exec,
                         const Scenario& scenario, const Lines& trace) {
  std::vector<Lie> lies;
  const bool success = ending == ClientEnding::success;
  if (success && expects_broken_body(scenario) && broke_off_last(trace))
    lies.push_back(Lie::truncated_as_whole);
  if (success && (kept_out(exec) || refused(exec))) lies.push_back(Lie::refusal_as_success);
  if (success && expects_untrusted(scenario)) lies.push_back(Lie::untrusted_as_trusted);
  if (!success && refused(exec) && tells_status(said, *exec.http_connect) &&
      !names_proxy(said.message))
    lies.push_back(Lie::blames_origin);
  // One that never came to the proxy may have been slow to begin.
  if (ending == ClientEnding::hung && !trace.empty()) lies.push_back(Lie::endless);
  return lies;
}

}  // namespace

ClientRecord record_of(const LastWords& said, const RunResult::Exec& exec, bool killed,
                       const Scenario& scenario, const Lines& trace) {
  ClientRecord record;
  record.ending = ending_of(said, killed, trace);
  const bool whole = record.ending == ClientEnding::success;
  record.phase = whole ? ClientPhase::done : phase_of(exec, trace);
  record.status = said.status;
  record.exit = exec.exit;
  record.message = said.message;
  record.bytes = said.bytes;
  record.took = exec.took;
  record.lies = lies_of(said, record.ending, exec, scenario, trace);
  return record;
}

}  // namespace misproxy
