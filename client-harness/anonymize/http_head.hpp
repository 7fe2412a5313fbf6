#pragma once

#include <string>
#include <string_view>

#include "anonymize/pseudonyms.hpp"

namespace misproxy::anonymize {

/// One line of a request's or response's head, without its end: a start line or a field. It keeps
/// its length, and what tells of framing, dates, caching, versions and authentication schemes; any
/// value that is not known to be harmless is masked. Source: RFC 9110.
std::string disguised_head_line(std::string_view line, Pseudonyms& pseudonyms);

/// A whole head, or its beginning, with the ends of its lines.
std::string disguised_head(std::string_view head, Pseudonyms& pseudonyms);

/// The value of a field of this name.
std::string disguised_value(std::string_view name, std::string_view value, Pseudonyms& pseudonyms);

}  // namespace misproxy::anonymize
