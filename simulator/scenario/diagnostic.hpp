#pragma once

#include <string>
#include <vector>

namespace misproxy {

/// One thing wrong in a file, and what would be right.
///
/// Units: `line` and `column` count from 1, columns in code points; `length` is what the caret and
/// its tail underline, at least 1.
struct Diagnostic {
  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::size_t length = 1;
  std::string message;
  std::string hint;         // "did you mean ...", or empty
  std::string source_line;  // the line of the file, as it stands
};

/// `file:line:column: error: message`, then the line, then the caret with the hint.
std::string to_text(const Diagnostic& diagnostic);
std::string to_text(const std::vector<Diagnostic>& diagnostics);

}  // namespace misproxy
