#include "core/ascii.hpp"

#include <algorithm>

namespace misproxy {
namespace {

bool same_letter(char a, char b) { return lower(a) == lower(b); }

}  // namespace

std::string in_lower_case(std::string_view text) {
  std::string low(text);
  std::transform(low.begin(), low.end(), low.begin(), lower);
  return low;
}

bool same_but_for_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_letter);
}

bool holds_in_any_case(std::string_view text, std::string_view part) {
  if (part.size() > text.size()) return false;
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same_letter) != text.end();
}

}  // namespace misproxy
