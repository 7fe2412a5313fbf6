#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace misproxy {

/// A header or a `key = value` with all its lines, counted from 1, both ends included.
///
/// `closed` is false where an array, inline table or string is opened and never closed: it then
/// ends before the next line that looks like a statement, or with the text where it is a string.
struct Statement {
  std::size_t first = 0;
  std::size_t last = 0;
  bool closed = true;
  bool header = false;
};

/// A TOML text cut into statements, by a look at brackets and quotes: enough to go on behind a
/// mistake.
std::vector<Statement> statements_of(const std::vector<std::string>& lines);

/// The lines to leave out so that the rest can be parsed, given where the parser stopped. A header
/// takes its table with it; of a statement that never closes, the lines from where it opens.
Statement statement_at_fault(const std::vector<Statement>& statements, std::size_t line);

}  // namespace misproxy
