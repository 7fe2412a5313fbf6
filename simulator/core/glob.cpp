#include "core/glob.hpp"

#include <cstddef>

#include "core/ascii.hpp"

namespace misproxy {
namespace {

bool same_letter(char a, char b) { return lower(a) == lower(b); }

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;  // where to come back to when a guess was too short
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || same_letter(pattern[p], text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

bool glob_covers(std::string_view wide, std::string_view narrow) {
  if (wide == "*" || wide == narrow) return true;
  if (!is_glob(narrow)) return glob_matches(wide, narrow);
  // `/a*` covers whatever begins with `/a`, globs too.
  const auto stem = wide.substr(0, wide.find_first_of("*?"));
  return stem.size() + 1 == wide.size() && wide.back() == '*' && narrow.size() >= stem.size() &&
         same_but_for_case(stem, narrow.substr(0, stem.size()));
}

}  // namespace misproxy
