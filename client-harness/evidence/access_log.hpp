#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// A line of a proxy's access log: squid's own format (`1700000000.444 1 192.0.2.10
/// TCP_DENIED/403 4032 CONNECT a.test:443 - HIER_NONE/- text/html`), or Apache's common and
/// combined one, as squid, nginx, tinyproxy's users and Apache write it. A request in origin-form
/// is no proxy's.
bool is_access_line(std::string_view line);

/// What a proxy's access log tells: a connection for each request, the first thousand of them. A
/// status of 200 to a CONNECT says that the tunnel was up; nginx's 499 is no status, but says that
/// the client left.
std::vector<ClientReport> read_access_log(std::string_view text, const std::string& file);

}  // namespace misproxy::evidence
