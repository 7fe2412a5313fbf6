#pragma once

#include <optional>
#include <string_view>

namespace misproxy::evidence {

/// `2026-11-23 16:41:06 URL:http://a/f [123/456] -> "f" [1]`, all that wget -nv says of a file.
struct WgetShort {
  std::string_view url;
  std::string_view counts;  // `123/456]...`, or `123]...`
};

std::optional<WgetShort> read_wget_short(std::string_view line);

/// `2026-11-23 16:41:06 ERROR 403: Forbidden.`
bool is_wget_error(std::string_view line);

/// What -nv leaves of a failure, without the URL: `Proxy tunneling failed: Forbidden`.
bool is_wget_last_word(std::string_view line);

}  // namespace misproxy::evidence
