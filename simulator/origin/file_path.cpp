#include "origin/file_path.hpp"

#include "core/ascii.hpp"
#include "core/target_path.hpp"

namespace misproxy {
namespace {

/// Nothing where a `%` has not two digits behind it.
std::optional<std::string> decoded(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      bytes += text[at];
      continue;
    }
    if (at + 2 >= text.size()) return std::nullopt;
    const int high = hex_digit(text[at + 1]);
    const int low = hex_digit(text[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return bytes;
}

bool is_name(std::string_view segment) {
  constexpr std::string_view kNever("/\0", 2);
  return !segment.empty() && segment != "." && segment != ".." &&
         segment.find_first_of(kNever) == std::string_view::npos;
}

}  // namespace

std::optional<std::string> file_path(std::string_view target) {
  auto rest = target_path(target);
  if (!rest.starts_with('/')) return std::nullopt;
  std::string path;
  while (!rest.empty()) {
    rest.remove_prefix(1);
    const auto segment = decoded(rest.substr(0, rest.find('/')));
    if (!segment || !is_name(*segment)) return std::nullopt;
    if (!path.empty()) path += '/';
    path += *segment;
    rest.remove_prefix(std::min(rest.find('/'), rest.size()));
  }
  return path;
}

}  // namespace misproxy
