#pragma once

#include <string>
#include <vector>

#include "api/operation.hpp"

namespace misproxy::api {

/// The page at `/`: it works with the API below it, and without JavaScript it is a list.
Response home(const Context& context);
/// A file of the page's.
Response asset(const std::string& name);
/// The ladders of a proxy by now: a whole page, or with `part` what the page at `/` shows of it.
/// One who has them already, by their ETag, gets 304.
Response ladder(const Request& request, ServedProxy& proxy);
/// What `misproxy check` says of a scenario.
Response check(const Request& request);

}  // namespace misproxy::api
