#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// What a proxy's own log says, beside its access log: squid's cache.log, tinyproxy's log, nginx's
/// and Apache's error log. At most one report; a connection for each message that tells of a
/// failure: the client's where the proxy turned it away, the proxy's own (`upstream`) where it got
/// no further.
std::vector<ClientReport> read_proxy_log(std::string_view text, const std::string& file);

bool is_proxy_log_line(std::string_view line);

}  // namespace misproxy::evidence
