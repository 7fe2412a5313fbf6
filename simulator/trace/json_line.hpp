#pragma once

#include <boost/json/fwd.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "trace/event.hpp"

namespace misproxy {

/// An event as JSON: `scenario`, `connection`, `seq`, `seen_by`, `point`,
/// `party`, `origin`, `event`, `fault` where there is one, the fields, and last `measured` with
/// `t_us`.
boost::json::object to_json(const TraceLine& line);
/// The same in one line, without the line's end.
std::string to_json_line(const TraceLine& line);

/// A whole trace, a line each, with the lines' ends.
std::string to_json_lines(const std::vector<TraceLine>& trace);

/// The line again, or one sentence that says why it is none.
std::variant<TraceLine, std::string> parse_json_line(std::string_view text);

}  // namespace misproxy
