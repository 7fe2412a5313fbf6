#include "scenario/syntax_recovery.hpp"

#include <algorithm>
#include <cctype>

namespace misproxy {
namespace {

constexpr std::string_view kBareKey =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.\"' \t";

std::string_view trimmed(std::string_view line) {
  const auto start = line.find_first_not_of(" \t");
  return start == std::string_view::npos ? std::string_view{} : line.substr(start);
}

/// `[name` or `[[name`, closed or not: what stands in no array that anybody writes.
bool is_header(std::string_view line) {
  auto text = trimmed(line);
  if (!text.starts_with('[')) return false;
  text.remove_prefix(text.starts_with("[[") ? 2 : 1);
  return !text.empty() && (std::isalpha(static_cast<unsigned char>(text[0])) != 0);
}

/// `key = ...`, as far as a look can tell.
bool begins_statement(std::string_view line) {
  const auto text = trimmed(line);
  const auto key_end = text.find_first_not_of(kBareKey);
  return key_end != std::string_view::npos && key_end > 0 && text[key_end] == '=';
}

/// Walks over the characters of a statement and knows what is open.
class Scan {
 public:
  void line(std::string_view text) {
    while (!text.empty()) {
      if (long_quote_ != 0) {
        in_long_string(text);
      } else if (text.front() == '#') {
        return;
      } else {
        outside(text);
      }
    }
  }
  bool in_string() const { return long_quote_ != 0; }
  bool in_braces() const { return braces_ > 0; }
  bool open() const { return long_quote_ != 0 || depth_ > 0; }

 private:
  void in_long_string(std::string_view& text) {
    const std::string end(3, long_quote_);
    if (text.starts_with(end)) {
      long_quote_ = 0;
      text.remove_prefix(3);
    } else {
      const bool escape = long_quote_ == '"' && text.front() == '\\' && text.size() > 1;
      text.remove_prefix(escape ? 2 : 1);
    }
  }

  void outside(std::string_view& text) {
    const char c = text.front();
    if (c == '"' || c == '\'') {
      if (text.starts_with(std::string(3, c))) {
        long_quote_ = c;
        text.remove_prefix(3);
      } else {
        text.remove_prefix(short_string(text, c));
      }
      return;
    }
    if (c == '{') ++braces_;
    if (c == '}') --braces_;
    if (c == '[' || c == '{') ++depth_;
    if (c == ']' || c == '}') --depth_;
    text.remove_prefix(1);
  }

  /// Its length with both quotes; up to the end of the line where it has no second one.
  static std::size_t short_string(std::string_view text, char quote) {
    std::size_t i = 1;
    while (i < text.size() && text[i] != quote)
      i += quote == '"' && text[i] == '\\' ? 2 : 1;
    return std::min(i + 1, text.size());
  }

  char long_quote_ = 0;
  int depth_ = 0;  // of brackets and braces
  int braces_ = 0;
};

Statement statement_from(const std::vector<std::string>& lines, std::size_t first) {
  Statement statement{first, first, true, trimmed(lines[first - 1]).starts_with('[')};
  if (statement.header) return statement;
  Scan scan;
  scan.line(lines[first - 1]);
  while (scan.open()) {
    const auto next = statement.last + 1;
    const bool ends = next > lines.size();
    const bool another =
        !ends && !scan.in_string() &&
        (is_header(lines[next - 1]) || (!scan.in_braces() && begins_statement(lines[next - 1])));
    if (ends || another) {
      statement.closed = false;
      break;
    }
    scan.line(lines[next - 1]);
    statement.last = next;
  }
  return statement;
}

}  // namespace

std::vector<Statement> statements_of(const std::vector<std::string>& lines) {
  std::vector<Statement> statements;
  for (std::size_t line = 1; line <= lines.size(); line = statements.back().last + 1) {
    statements.push_back(statement_from(lines, line));
  }
  return statements;
}

Statement statement_at_fault(const std::vector<Statement>& statements, std::size_t line) {
  auto found = std::find_if(statements.begin(), statements.end(),
                            [&](const Statement& s) { return s.last >= line; });
  if (found == statements.end()) found = statements.end() - 1;
  // The parser notices an open array only where something else begins, blank lines aside.
  const auto open =
      std::find_if(statements.begin(), found, [](const Statement& s) { return !s.closed; });
  if (open != found) return *open;
  auto fault = *found;
  if (!fault.header) return fault;
  for (++found; found != statements.end() && !found->header; ++found)
    fault.last = found->last;
  return fault;
}

}  // namespace misproxy
