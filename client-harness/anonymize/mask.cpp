#include "anonymize/mask.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::anonymize {
namespace {

using evidence::is_digit;

constexpr std::size_t kLong = 20;
constexpr std::size_t kLongHex = 16;

bool is_small(char c) { return c >= 'a' && c <= 'z'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }
bool is_hex(char c) { return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }

}  // namespace

std::string masked(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (is_digit(c)) c = '0';
    if (is_small(c) || is_capital(c) || static_cast<unsigned char>(c) >= 0x80) c = 'x';
  }
  return out;
}

bool looks_random(std::string_view word) {
  const auto any = [&](auto is) { return std::any_of(word.begin(), word.end(), is); };
  if (word.size() >= kLongHex && any(is_digit)) {
    const auto digits = std::count_if(word.begin(), word.end(), is_hex);
    const auto dashes = std::count(word.begin(), word.end(), '-');  // of a UUID
    if (digits + dashes == static_cast<std::ptrdiff_t>(word.size()) &&
        any([](char c) { return is_hex(c) && !is_digit(c); }))
      return true;
  }
  return word.size() >= kLong && any(is_digit) && any(is_small) && any(is_capital);
}

}  // namespace misproxy::anonymize
