#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace misproxy {

/// Lines of a text, counted from 1, both included.
struct LineSpan {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// The lines to leave out so that the rest of a TOML text can be parsed, given where the parser
/// stopped and what it said. A header takes its table with it; an open array, inline table or
/// multi-line string goes from where it was opened.
LineSpan statement_at_fault(const std::vector<std::string>& lines, std::size_t line,
                            std::string_view parser_message);

}  // namespace misproxy
