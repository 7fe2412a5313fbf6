#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "report/run_result.hpp"
#include "report/sweep_ranges.hpp"

namespace misproxy {

boost::json::object run_object(const RunResult& result);
/// One JSON object each, without a line's end.
std::string run_json(const RunResult& result);
std::string range_json(const SweepRange& range);

}  // namespace misproxy
