#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// What misproxy's own client saw, of a trace (one JSON line an event).
///
/// A trace also holds what a diagnosis must find out and not be told. Taken are only the events
/// that the client saw (`seen_by` client), and of the proxy's `request`, which the client sent.
/// Left out:
///   - `origin: injected`, with fault ids and all fields: they are the answer;
///   - the scenario's name, which often is the answer too;
///   - what proxy, origin and router saw: replies may be lost on the way, and an injected reply is
///     missing among the proxy's own, so that its absence would tell.
/// A trace of `misproxy serve` holds no client's events, and yields no report.
///
/// One report for each attempt, as in the client's log. Lines that are no trace are passed over.
std::vector<ClientReport> read_trace_file(std::string_view text, const std::string& file);

}  // namespace misproxy::evidence
