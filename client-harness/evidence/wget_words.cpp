#include "evidence/wget_words.hpp"

#include <algorithm>
#include <array>

#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

/// `2026-11-23 16:41:06 ` goes.
bool take_date(std::string_view& text) {
  constexpr std::string_view form = "0000-00-00 00:00:00 ";
  if (text.size() < form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == '0' ? !is_digit(text[i]) : text[i] != form[i]) return false;
  }
  text.remove_prefix(form.size());
  return true;
}

}  // namespace

std::optional<WgetShort> read_wget_short(std::string_view line) {
  if (!take_date(line) || !take(line, "URL:")) return std::nullopt;
  const auto url = take_word(line);
  line = trimmed(line);
  if (!contains(url, "://") || !take(line, "[")) return std::nullopt;
  return WgetShort{url, line};
}

bool is_wget_last_word(std::string_view line) {
  constexpr std::array<std::string_view, 5> kBegin{
      "Proxy tunneling failed: ", "Failed reading proxy response: ", "ERROR: The certificate of ",
      "ERROR: cannot verify ", "Unable to establish SSL connection."};
  const bool read = line.starts_with("Read error (") && line.ends_with(" in headers.");
  return read || line.ends_with(" redirections exceeded.") ||
         std::ranges::any_of(kBegin, [&](std::string_view each) { return line.starts_with(each); });
}

bool is_wget_error(std::string_view line) {
  return take_date(line) && take(line, "ERROR ") && take_number(line) && line.starts_with(": ");
}

}  // namespace misproxy::evidence
