#pragma once

#include <cstddef>
#include <string_view>

namespace misproxy::evidence {

/// Lines of an HTTP head that stand in a text: what they are, not whether they are right.

/// `CONNECT tools.cisco.com:443 HTTP/1.1`
bool is_request_line(std::string_view line);
/// `HTTP/1.1 403 Forbidden`
bool is_status_line(std::string_view line);
/// `Proxy-Connection: Keep-Alive`; not `Note: ...` and such, with which prose begins.
bool is_header_line(std::string_view line);
/// Where a request or status line begins in bytes that have something else in front; npos: nowhere.
std::size_t find_start_line(std::string_view bytes);

}  // namespace misproxy::evidence
