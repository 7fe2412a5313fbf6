#include "scenario/diagnostic.hpp"

#include <fmt/format.h>

#include "core/utf8.hpp"

namespace misproxy {
namespace {

constexpr std::size_t kWidestLine = 200;  // of a source line, as far as it is shown

/// White space of the width of what stands before the caret: tabs stay tabs, a code point is a
/// blank.
std::string indent_up_to(const std::string& line, std::size_t column) {
  std::string blank;
  std::size_t points = 0;
  for (const char c : line) {
    const bool continues = (static_cast<unsigned char>(c) & 0xC0) == 0x80;
    if (continues) continue;
    if (++points >= column) break;
    blank += c == '\t' ? '\t' : ' ';
  }
  blank.append(column > points + 1 ? column - points - 1 : 0, ' ');
  return blank;
}

/// Control bytes would move the caret, or speak to the terminal: they are shown as `?`.
std::string shown(const std::string& line) {
  std::string text = line.substr(0, kWidestLine);
  for (char& c : text) {
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) c = '?';
  }
  return text;
}

}  // namespace

std::string_view severity(const Diagnostic& d) {
  return d.kind == Diagnostic::Kind::error ? "error" : "warning";
}

std::string to_text(const Diagnostic& d) {
  std::string text = fmt::format("{}:{}:{}: {}: {}\n", visible(d.file), d.line, d.column,
                                 severity(d), visible(d.message));
  const auto margin = fmt::format("{:5}", d.line);
  fmt::format_to(std::back_inserter(text), "{} | {}\n", margin, shown(d.source_line));
  if (d.column > kWidestLine) return text;
  const auto tail = std::string(std::min(d.length, kWidestLine) - 1, '~');
  fmt::format_to(std::back_inserter(text), "{:5} | {}^{}{}{}\n", "",
                 indent_up_to(d.source_line, d.column), tail, d.hint.empty() ? "" : " ",
                 visible(d.hint));
  return text;
}

std::string to_text(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const auto& d : diagnostics)
    text += to_text(d);
  return text;
}

}  // namespace misproxy
