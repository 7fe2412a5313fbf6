#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace misproxy {

/// One thing wrong in a file, and what would be right; or, as a warning, what can be meant so but
/// mostly is not.
///
/// Units: `line` and `column` count from 1, columns in code points; `length` is what the caret and
/// its tail underline, at least 1.
struct Diagnostic {
  enum class Kind { error, warning };

  std::string file;
  std::size_t line = 0;
  std::size_t column = 0;
  std::size_t length = 1;
  std::string message;
  std::string hint;         // "did you mean ...", or empty
  std::string source_line;  // the line of the file, as it stands
  Kind kind = Kind::error;
};

/// `error` or `warning`.
std::string_view severity(const Diagnostic& diagnostic);

/// `file:line:column: error: message`, or `warning:`, then the line, then the caret with the hint.
std::string to_text(const Diagnostic& diagnostic);
std::string to_text(const std::vector<Diagnostic>& diagnostics);

}  // namespace misproxy
