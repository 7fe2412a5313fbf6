#include "evidence/trace_dump.hpp"

#include <utility>

#include "core/ascii.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

/// `0026: ` goes from the front of `text`.
std::optional<std::uint64_t> take_offset(std::string_view& text) {
  std::uint64_t offset = 0;
  std::size_t i = 0;
  while (i < text.size() && i < 12 && hex_digit(text[i]) >= 0)
    offset = offset * 16 + static_cast<std::uint64_t>(hex_digit(text[i++]));
  if (i < 4 || i >= text.size() || text[i] != ':') return std::nullopt;
  text.remove_prefix(i + 1);
  take(text, " ");
  return offset;
}

/// `43 4f 4e ... CON...`: the bytes, or nothing where the line is text. The digits take 48
/// columns, however few there are.
std::optional<std::string> hex_bytes(std::string_view text) {
  std::string decoded;
  std::size_t i = 0;
  for (; i + 2 < text.size() && decoded.size() < 16; i += 3) {
    const int high = hex_digit(text[i]);
    const int low = hex_digit(text[i + 1]);
    if (high < 0 || low < 0 || text[i + 2] != ' ') break;
    decoded += static_cast<char>(high * 16 + low);
  }
  const bool padded =
      text.size() > 48 && text.substr(i, 48 - i).find_first_not_of(' ') == std::string_view::npos;
  if (decoded.empty() || (decoded.size() < 16 && !padded)) return std::nullopt;
  return decoded;
}

}  // namespace

void TraceDump::begin(bool kept) {
  open_ = true;
  kept_ = kept;
  held_.reset();
}

bool TraceDump::line(std::string_view text, std::uint64_t number, const Give& give) {
  const auto offset = take_offset(text);
  if (!offset) {
    give(end());
    return false;
  }
  if (!kept_) return true;
  if (const auto decoded = hex_bytes(text)) {
    bytes(*decoded, number, give);
  } else {
    ascii(*offset, text, number, give);
  }
  return true;
}

void TraceDump::ascii(std::uint64_t offset, std::string_view text, std::uint64_t number,
                      const Give& give) {
  if (held_ && offset == next_ && offset != 0) {
    held_->text += text;
  } else {
    if (held_) give(std::exchange(held_, std::nullopt));
    held_ = HeadLine{std::string(text), number};
  }
  next_ = offset + text.size();
}

void TraceDump::bytes(std::string_view decoded, std::uint64_t number, const Give& give) {
  for (const char c : decoded) {
    if (!held_) held_ = HeadLine{{}, number};
    if (c != '\n') {
      held_->text += c;
      continue;
    }
    if (held_->text.ends_with('\r')) held_->text.pop_back();
    give(std::exchange(held_, std::nullopt));
  }
}

std::optional<TraceDump::HeadLine> TraceDump::end() {
  open_ = false;
  return std::exchange(held_, std::nullopt);
}

}  // namespace misproxy::evidence
