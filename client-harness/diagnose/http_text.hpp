#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "diagnose/observations.hpp"

namespace misproxy::diagnose {

/// Where the head ends, behind its empty line; nothing where it does not.
std::optional<std::size_t> head_end(std::string_view text);

/// A request's head, as much of it as is there, or nothing where it begins with no request line.
/// Lenient: evidence may hold the first bytes of a head only. Source: RFC 9112 sections 2 and 3.
std::optional<RequestSeen> read_request(std::string_view head);

/// The same for a response's head. Source: RFC 9112 section 4.
std::optional<ResponseSeen> read_response(std::string_view head);

/// The value of the first header of this name, whatever its case, or an empty text.
std::string_view header(const std::vector<std::pair<std::string, std::string>>& headers,
                        std::string_view name);
/// True where one of them has this name.
bool has_header(const std::vector<std::pair<std::string, std::string>>& headers,
                std::string_view name);

}  // namespace misproxy::diagnose
