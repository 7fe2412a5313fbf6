#pragma once

#include <string>
#include <string_view>

namespace misproxy {

/// Of ASCII's letters, whatever the locale; any other byte stays as it is.
constexpr char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string in_lower_case(std::string_view text);

/// Whether both are the same but for the case of ASCII's letters.
bool same_but_for_case(std::string_view a, std::string_view b);
/// Whether `text` holds `part`, whatever the case of ASCII's letters.
bool holds_in_any_case(std::string_view text, std::string_view part);

/// Without the spaces and tabs around it: what HTTP calls optional white space.
constexpr std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ') || text.starts_with('\t'))
    text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t'))
    text.remove_suffix(1);
  return text;
}

/// 0 to 15, or -1 where it is none.
constexpr int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
}

}  // namespace misproxy
