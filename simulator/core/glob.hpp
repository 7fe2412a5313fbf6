#pragma once

#include <string_view>

namespace misproxy {

/// True when `text` matches `pattern`, in which `*` stands for any run of characters, dots
/// included, and `?` for any one. Letters match without regard to case, as host names do
/// (RFC 9110 section 4.2.3).
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace misproxy
