#include "scenario/toml_document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "core/quantity.hpp"
#include "core/utf8.hpp"
#include "scenario/syntax_recovery.hpp"

namespace misproxy {
namespace {

/// A line as it may be shown: what stands behind a key for a password is as many `*`, so that
/// columns stay where they are.
std::string without_password(std::string line) {
  const auto key = in_lower_case(line).find("passw");
  const auto equals = key == std::string::npos ? key : line.find('=', key);
  for (auto at = equals; at < line.size(); ++at) {
    if (at > equals && line[at] != ' ') line[at] = '*';
  }
  return line;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (true) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    lines.emplace_back(line);
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

/// As a table's header does.
bool opens_with_bracket(std::string_view line) {
  const auto start = line.find_first_not_of(" \t");
  return start != std::string_view::npos && line[start] == '[';
}

/// toml++'s sentence without its preamble, with the characters it quotes made visible.
std::string parser_sentence(std::string_view description) {
  constexpr std::string_view preamble = "Error while parsing ";
  if (description.starts_with(preamble)) description.remove_prefix(preamble.size());
  std::string sentence = "not TOML: ";
  for (const char c : description) {
    if (c == '\n')
      sentence += "\\n";
    else if (c == '\r')
      sentence += "\\r";
    else
      sentence += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
  }
  return sentence;
}

std::vector<Diagnostic> by_place(std::vector<Diagnostic>& diagnostics) {
  std::stable_sort(diagnostics.begin(), diagnostics.end(), [](const auto& a, const auto& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  return std::move(diagnostics);
}

/// Of the value in this line that ends at or behind `column`, from 1: `for_ms = 2s` is a number
/// with a unit, which TOML does not have.
std::string unit_hint(std::string_view line, std::size_t column) {
  for (std::size_t at = 0; (at = line.find('=', at)) != std::string_view::npos; ++at) {
    const auto end = std::min(line.find_first_of(",}#=", at + 1), line.size());
    if (end + 1 < column) continue;
    const auto before = without_blanks(line.substr(0, at));
    const auto key = before.substr(before.find_last_of(" \t{,") + 1);
    const auto value = without_blanks(line.substr(at + 1, end - at - 1));
    const bool plain = value.find_first_not_of("0123456789") == std::string_view::npos;
    if (plain || value.front() < '0' || value.front() > '9') return {};
    return what_to_write(value, unit_of(key), Range{}.least, Range{}.most);
  }
  return {};
}

}  // namespace

struct TomlDocument::Tables {
  toml::table root;
};

TomlDocument::TomlDocument(std::string file, std::string_view text)
    : file_(std::move(file)), lines_(lines_of(text)), tables_(std::make_unique<Tables>()) {
  parse();
}

TomlDocument::~TomlDocument() = default;

void TomlDocument::parse() {
  auto remaining = lines_;
  blank_what_is_no_text(remaining);
  for (int errors = 0; errors < kSyntaxErrors; ++errors) {
    try {
      tables_->root = toml::parse(fmt::format("{}", fmt::join(remaining, "\n")));
      return;
    } catch (const toml::parse_error& error) {
      const auto place = error.source().begin;
      const std::size_t line = std::clamp<std::size_t>(place.line, 1, lines_.size());
      const auto fault = statement_at_fault(statements_of(remaining), line);
      report_syntax(error.description(), line, place.column, fault);
      if (!blank(remaining, fault)) return;
    }
  }
  report(lines_.size(), 1, 1,
         fmt::format("more than {} syntax errors; the rest is not told", kSyntaxErrors));
}

/// False where the lines were blank already, so that nothing would change.
bool TomlDocument::blank(std::vector<std::string>& lines, const Statement& statement) {
  bool changed = false;
  for (auto n = statement.first; n <= statement.last; ++n) {
    changed = changed || !lines[n - 1].empty();
    lost_header_ = lost_header_ || opens_with_bracket(lines[n - 1]);
    lines[n - 1].clear();
    blanked_.insert(n);
  }
  return changed;
}

/// What toml++ only says of the whole text, or does not survive: bytes that are no UTF-8, and keys
/// of so many parts that its recursion would have no end.
void TomlDocument::blank_what_is_no_text(std::vector<std::string>& lines) {
  const auto statements = statements_of(lines);
  for (std::size_t n = 1; n <= lines_.size(); ++n) {
    const auto& line = lines_[n - 1];
    std::size_t column = 1;
    std::string_view rest = line;
    while (!rest.empty() && utf8_sequence(rest) != 0) {
      rest.remove_prefix(utf8_sequence(rest));
      ++column;
    }
    const auto parts = std::count(
        line.begin(),
        line.begin() + static_cast<std::ptrdiff_t>(std::min(line.find('='), line.size())), '.');
    if (!rest.empty()) {
      report(n, column, 1,
             fmt::format("not UTF-8: byte 0x{:02x}", static_cast<unsigned char>(rest[0])));
    } else if (parts > kKeyParts) {
      report(n, 1, 1, fmt::format("a key of more than {} parts", kKeyParts));
    } else {
      continue;
    }
    blank(lines, statement_at_fault(statements, n));
  }
}

void TomlDocument::report_syntax(std::string_view description, std::size_t line, std::size_t column,
                                 const Statement& fault) {
  const auto says = [&](std::string_view words) {
    return description.find(words) != std::string_view::npos;
  };
  if (fault.closed) {
    return report(
        line, std::max<std::size_t>(column, 1), 1, parser_sentence(description),
        says("boolean") ? "a string stands in quotes" : unit_hint(lines_[line - 1], column));
  }
  const auto& opening = lines_[fault.first - 1];
  const auto value = opening.find_first_not_of(" \t", opening.find('=') + 1);
  report(fault.first, value == std::string::npos ? 1 : value + 1, 1,
         "not TOML: what opens here is never closed");
}

/// Whether lines of the table that begins at `line` were left out. `whole`: the file itself.
bool TomlDocument::is_damaged(std::size_t line, bool whole) const {
  if (whole && lost_header_) return true;
  auto end = std::max<std::size_t>(line, 1);
  while (end < lines_.size() && !opens_with_bracket(lines_[end]))
    ++end;
  const auto found = blanked_.lower_bound(whole ? 1 : line);
  return found != blanked_.end() && *found <= end;
}

void TomlDocument::report(std::size_t line, std::size_t column, std::size_t length,
                          std::string message, std::string hint) {
  diagnostics_.push_back(diagnostic(line, column, length, std::move(message)));
  diagnostics_.back().hint = std::move(hint);
}

void TomlDocument::warn(std::size_t line, std::size_t column, std::size_t length,
                        std::string message) {
  warnings_.push_back(diagnostic(line, column, length, std::move(message)));
  warnings_.back().kind = Diagnostic::Kind::warning;
}

Diagnostic TomlDocument::diagnostic(std::size_t line, std::size_t column, std::size_t length,
                                    std::string message) const {
  const bool known = line >= 1 && line <= lines_.size();
  const auto source_line = known ? without_password(lines_[line - 1]) : std::string{};
  return {file_, line,        column, std::max<std::size_t>(length, 1), std::move(message),
          {},    source_line, {}};
}

TableReader TomlDocument::root() { return {*this, &tables_->root, ""}; }

std::vector<Diagnostic> TomlDocument::take_diagnostics() { return by_place(diagnostics_); }
std::vector<Diagnostic> TomlDocument::take_warnings() { return by_place(warnings_); }

}  // namespace misproxy
