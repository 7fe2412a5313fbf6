#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace misproxy {

/// A header as it may be written down: `Name: value`, where what is secret of the value is `***`:
/// all behind the scheme of credentials; all of a cookie, a token or a key, which its name tells;
/// the query of a URL that the client came from, or is sent to.
std::string told_field(std::string_view name, std::string_view value);

/// Headers, each `Name: value`, as they may be written down: a line each, 8,000 bytes at most.
std::string told_fields(const std::vector<std::string>& headers);
/// The same of a head as it is sent, behind its first line and up to its empty line.
std::string told_head(std::string_view head);

}  // namespace misproxy
