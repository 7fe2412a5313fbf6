#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace misproxy {

/// A date of HTTP as clients may send it: as it is written today, or in one of the two obsolete
/// forms, `Sunday, 22-Nov-26 09:00:00 GMT` (RFC 850) and `Sun Nov 22 09:00:00 2026` (asctime).
/// Source: RFC 9110 section 5.6.7.
///
/// Of the years that two digits leave open, from 1970 to 2099, the day of the week tells which is
/// meant: no clock is asked.
std::optional<std::chrono::sys_seconds> read_http_date(std::string_view text);

}  // namespace misproxy
