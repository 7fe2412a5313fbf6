#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/exchange.hpp"
#include "tls/authority.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// HAR 1.2 of requests, the CONNECTs among them, without their secrets. `began`: what their times
/// are counted from; `version` is misproxy's.
std::string har_of(const std::vector<Exchange>& exchanges, CivilTime began,
                   std::string_view version);
/// The same of those that the proxy and its origins have seen.
std::string har_of(const std::vector<TraceLine>& trace, CivilTime began, std::string_view version);

}  // namespace misproxy
