#include "core/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace misproxy {
namespace {

bool continues(std::string_view text, std::size_t at) {
  return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80;
}

}  // namespace

std::size_t utf8_sequence(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const auto second = static_cast<unsigned char>(text.size() > 1 ? text[1] : 0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return continues(text, 1) ? 2 : 0;
  const bool three = continues(text, 1) && continues(text, 2);
  if (first >= 0xE0 && first <= 0xEF) {
    const bool overlong = first == 0xE0 && second < 0xA0;
    const bool surrogate = first == 0xED && second > 0x9F;
    return three && !overlong && !surrogate ? 3 : 0;
  }
  const bool overlong = first == 0xF0 && second < 0x90;
  const bool beyond = first > 0xF4 || (first == 0xF4 && second > 0x8F);
  return first >= 0xF0 && three && continues(text, 3) && !overlong && !beyond ? 4 : 0;
}

std::string as_utf8(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const auto length = utf8_sequence(bytes);
    if (length == 0)
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(bytes[0]));
    out += bytes.substr(0, length);
    bytes.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return out;
}

std::string visible(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    const auto length = utf8_sequence(bytes);
    const auto first = static_cast<unsigned char>(bytes[0]);
    const bool c1 = length == 2 && first == 0xC2 && static_cast<unsigned char>(bytes[1]) < 0xA0;
    const bool hidden = length == 0 || c1 || (length == 1 && (first < 0x20 || first == 0x7F));
    const auto piece = bytes.substr(0, std::max<std::size_t>(length, 1));
    for (const char c : piece) {
      if (hidden)
        fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
      else
        out += c;
    }
    bytes.remove_prefix(piece.size());
  }
  return out;
}

}  // namespace misproxy
