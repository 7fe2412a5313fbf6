#pragma once

#include <string_view>

namespace misproxy {

/// True when `text` matches `pattern`, in which `*` stands for any run of characters, dots
/// included, and `?` for any one. Letters match without regard to case, as host names do
/// (RFC 9110 section 4.2.3).
bool glob_matches(std::string_view pattern, std::string_view text);

/// Whether it names more than itself.
inline bool is_glob(std::string_view text) {
  return text.find_first_of("*?") != std::string_view::npos;
}

/// True where it is sure that `wide` matches all that `narrow` does.
bool glob_covers(std::string_view wide, std::string_view narrow);

}  // namespace misproxy
