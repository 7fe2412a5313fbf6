#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "trace/event.hpp"

namespace misproxy {

/// The trace without what a machine's mood decides: no measured values, no order of arrival.
///
/// Connections are named by host and number (`tools.cisco.com:443#2`: the second, by attempt), or
/// `-` where no request named a host, and sorted by that name. Within one, each session's events
/// keep their order, the proxy's first; between sessions there is none that every world could
/// share: the origin is at hand in one, and a round trip away in another. One text a line.
std::vector<std::string> normal_form(const std::vector<TraceLine>& lines);

/// The lines of the connections to hosts that match `glob` (core/glob.hpp), and those of the run
/// itself. A connection that named no host matches none.
std::vector<TraceLine> lines_of_hosts(const std::vector<TraceLine>& lines, std::string_view glob);

/// The hosts that a trace names, sorted, each once.
std::vector<std::string> hosts_of(const std::vector<TraceLine>& lines);

/// SHA-256 over the normal form, as 64 hexadecimal digits.
std::string trace_digest(const std::vector<TraceLine>& lines);

}  // namespace misproxy
