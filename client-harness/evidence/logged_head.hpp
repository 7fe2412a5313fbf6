#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

/// `HTTP/1.1 403 Forbidden`, `HTTP/2 200`; nothing where it is no status line. Without its place.
std::optional<LoggedResponse> read_status_line(std::string_view line);

/// `CONNECT tools.cisco.com:443 HTTP/1.1`; nothing where it is no request line. Without its place.
std::optional<LoggedRequest> read_request_line(std::string_view line);

/// Adds `Name: value`; a line that begins with a blank goes on with the last value (RFC 9112
/// section 5.2). False for any other line. Of very many headers, and of very long ones, the rest
/// is left out.
bool add_header(std::vector<std::pair<std::string, std::string>>& headers, std::string_view line);

/// The first header of this name, whatever its case, or null.
const std::string* find_header(const std::vector<std::pair<std::string, std::string>>& headers,
                               std::string_view name);

/// The first Content-Length, where it is a decimal number (RFC 9110 section 8.6).
std::optional<std::uint64_t> content_length(
    const std::vector<std::pair<std::string, std::string>>& headers);

}  // namespace misproxy::evidence
