#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace misproxy {

/// `Sun, 22 Nov 2026 09:00:00 GMT`: RFC 9110 section 5.6.7.
std::string http_date(std::chrono::sys_seconds at);
/// Its opposite; nothing for what is no such date. The two obsolete forms are none.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

}  // namespace misproxy
