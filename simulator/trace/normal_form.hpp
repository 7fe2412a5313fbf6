#pragma once

#include <string>
#include <vector>

#include "trace/event.hpp"

namespace misproxy {

/// The trace without what a machine's mood decides: no measured values, no order of arrival.
///
/// Connections are named by host and attempt (`tools.cisco.com:443#2`), or `-` where no CONNECT
/// named a host, and sorted by that name. Within one, each session's events keep their order, the
/// proxy's first; between sessions there is none that every world could share: the origin is at
/// hand in one, and a round trip away in another. One text a line.
std::vector<std::string> normal_form(const std::vector<TraceLine>& lines);

/// SHA-256 over the normal form, as 64 hexadecimal digits.
std::string trace_digest(const std::vector<TraceLine>& lines);

}  // namespace misproxy
