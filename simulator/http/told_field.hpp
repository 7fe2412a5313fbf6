#pragma once

#include <string>
#include <string_view>

namespace misproxy {

/// A header as it may be written down: `Name: value`, where what is secret of the value is `***`:
/// all behind the scheme of credentials; all of a cookie, a token or a key, which its name tells;
/// the query of a URL that the client came from.
std::string told_field(std::string_view name, std::string_view value);

}  // namespace misproxy
