#include "scenario/syntax_recovery.hpp"

#include <algorithm>

namespace misproxy {
namespace {

std::string_view trimmed(std::string_view line) {
  const auto start = line.find_first_not_of(" \t");
  return start == std::string_view::npos ? std::string_view{} : line.substr(start);
}

bool is_header(std::string_view line) { return trimmed(line).starts_with('['); }

/// `key = ...`, as far as a look can tell.
bool begins_statement(std::string_view line) {
  const auto text = trimmed(line);
  const auto key_end = text.find_first_not_of(
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.\"' \t");
  return !text.empty() && key_end != std::string_view::npos && key_end > 0 && text[key_end] == '=';
}

bool opens_long_string(std::string_view line) {
  return line.find("\"\"\"") != std::string_view::npos ||
         line.find("'''") != std::string_view::npos;
}

template <class Predicate>
std::size_t last_line_up_to(const std::vector<std::string>& lines, std::size_t line,
                            Predicate holds) {
  for (std::size_t n = line; n >= 1; --n) {
    if (holds(lines[n - 1])) return n;
  }
  return line;
}

std::size_t end_of_table(const std::vector<std::string>& lines, std::size_t header) {
  std::size_t last = header;
  while (last < lines.size() && !is_header(lines[last]))
    ++last;
  return last;
}

}  // namespace

LineSpan statement_at_fault(const std::vector<std::string>& lines, std::size_t line,
                            std::string_view parser_message) {
  line = std::clamp<std::size_t>(line, 1, lines.size());
  const auto says = [&](std::string_view words) {
    return parser_message.find(words) != std::string_view::npos;
  };
  if (says("string") && says("end-of-file")) {
    return {last_line_up_to(lines, line, opens_long_string), lines.size()};
  }
  if ((says("array") || says("inline table")) && !says("table header")) {
    const bool next_statement = begins_statement(lines[line - 1]) || is_header(lines[line - 1]);
    const bool opened_here = begins_statement(lines[line - 1]) &&
                             lines[line - 1].find_first_of("[{") != std::string::npos;
    if (opened_here || line == 1) return {line, line};
    const auto opened = last_line_up_to(lines, line - 1, begins_statement);
    return {opened, next_statement ? line - 1 : line};
  }
  if (is_header(lines[line - 1])) return {line, end_of_table(lines, line)};
  return {line, line};
}

}  // namespace misproxy
