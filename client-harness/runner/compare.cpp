#include <fmt/format.h>

#include <algorithm>

#include "runner/run.hpp"

namespace misproxy {
namespace {

bool matches(const EventExpectation& wanted, const TraceLine& line) {
  const auto& event = line.event;
  if (event.name != wanted.event) return false;
  if (wanted.party && *wanted.party != event.party) return false;
  if (wanted.seen_by && *wanted.seen_by != line.seen_by) return false;
  if (wanted.origin && *wanted.origin != event.cause) return false;
  return !wanted.fault || *wanted.fault == event.fault;
}

bool acted(const Fault& fault, const std::vector<TraceLine>& trace) {
  return std::any_of(trace.begin(), trace.end(), [&](const TraceLine& line) {
    return line.event.cause == Cause::injected && line.event.fault == fault.id;
  });
}

void compare_faults(const Scenario& scenario, const std::vector<TraceLine>& trace,
                    RunResult& result) {
  const auto& spared = scenario.expect.may_not_fire;
  for (const auto& fault : scenario.faults) {
    const bool may_not_fire = std::find(spared.begin(), spared.end(), fault.id) != spared.end();
    if (!may_not_fire && !acted(fault, trace)) {
      result.mismatches.push_back(fmt::format("the fault `{}` never fired", fault.id));
    }
  }
}

void compare_events(const Scenario& scenario, const std::vector<TraceLine>& trace,
                    RunResult& result) {
  for (const auto& wanted : scenario.expect.event) {
    const bool came = std::any_of(trace.begin(), trace.end(),
                                  [&](const TraceLine& line) { return matches(wanted, line); });
    if (came == !wanted.never) continue;
    result.mismatches.push_back(wanted.never
                                    ? fmt::format("event `{}` occurred, and must not", wanted.event)
                                    : fmt::format("event `{}` did not occur", wanted.event));
  }
}

template <class T>
void compare_one(std::string_view what, const std::optional<T>& wanted, const T& came,
                 RunResult& result) {
  if (!wanted || *wanted == came) return;
  if constexpr (WordEnum<T>) {
    result.mismatches.push_back(
        fmt::format("client {}: expected {}, came {}", what, word(*wanted), word(came)));
  } else {
    result.mismatches.push_back(
        fmt::format("client {}: expected {}, came {}", what, *wanted, came));
  }
}

}  // namespace

void note_fired(const Scenario& scenario, const std::vector<TraceLine>& trace, RunResult& result) {
  for (const auto& fault : scenario.faults) {
    if (acted(fault, trace)) result.fired.push_back(fault.id);
  }
}

void compare(const Scenario& scenario, const std::vector<TraceLine>& trace, RunResult& result) {
  note_stopped(result);
  const auto& outcome = result.outcome;
  if (const auto& wanted = scenario.expect.client) {
    compare_one("phase", wanted->phase, outcome.phase, result);
    compare_one("error", wanted->error, outcome.error, result);
    compare_one("http_connect", wanted->http_connect, std::int64_t{outcome.http_connect}, result);
    compare_one("http_code", wanted->http_code, std::int64_t{outcome.http_code}, result);
    compare_one("bytes", wanted->bytes, static_cast<std::int64_t>(outcome.bytes), result);
    compare_one("attempts", wanted->attempts, outcome.attempts, result);
  }
  note_fired(scenario, trace, result);
  compare_faults(scenario, trace, result);
  compare_events(scenario, trace, result);
}

}  // namespace misproxy
