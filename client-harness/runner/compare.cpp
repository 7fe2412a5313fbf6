#include <fmt/format.h>
#include <fmt/ranges.h>

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

bool contains(const std::vector<std::string>& ids, const std::string& id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// Which faults acted, and which had to.
void compare_faults(const Scenario& scenario, const std::vector<TraceLine>& trace,
                    RunResult& result) {
  const auto& expect = scenario.expect;
  bool one_fired = expect.one_fires.empty();
  for (const auto& fault : scenario.faults) {
    const bool fired = acted(fault, trace);
    const bool one_of_some = contains(expect.one_fires, fault.id);
    if (fired) result.fired.push_back(fault.id);
    one_fired = one_fired || (fired && one_of_some);
    if (fired || one_of_some || contains(expect.may_not_fire, fault.id)) continue;
    result.mismatches.push_back(fmt::format("the fault `{}` never fired", fault.id));
  }
  if (one_fired) return;
  result.mismatches.push_back(fmt::format("none of the faults `{}` fired, and one has to",
                                          fmt::join(expect.one_fires, "`, `")));
}

/// `own_client`: the built-in one, which tells events too.
void compare_events(const Scenario& scenario, const std::vector<TraceLine>& trace, bool own_client,
                    RunResult& result) {
  for (const auto& wanted : scenario.expect.event) {
    if (!own_client && wanted.seen_by == Party::client) continue;
    result.compared = true;
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

void compare_trace(const Scenario& scenario, const std::vector<TraceLine>& trace, bool own_client,
                   RunResult& result) {
  result.compared = result.compared || !scenario.expect.one_fires.empty();
  compare_faults(scenario, trace, result);
  compare_events(scenario, trace, own_client, result);
  compare_requests(scenario, trace, result);
}

void compare(const Scenario& scenario, const std::vector<TraceLine>& trace, RunResult& result) {
  note_stopped(result);
  const auto& outcome = result.outcome;
  if (const auto& wanted = scenario.expect.client) {
    result.compared = wanted->says_something();
    compare_one("phase", wanted->phase, outcome.phase, result);
    compare_one("error", wanted->error, outcome.error, result);
    compare_one("http_connect", wanted->http_connect, std::int64_t{outcome.http_connect}, result);
    compare_one("http_code", wanted->http_code, std::int64_t{outcome.http_code}, result);
    compare_one("bytes", wanted->bytes, static_cast<std::int64_t>(outcome.bytes), result);
    compare_one("attempts", wanted->attempts, outcome.attempts, result);
  }
  compare_trace(scenario, trace, true, result);
}

}  // namespace misproxy
