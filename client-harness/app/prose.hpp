#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace misproxy::app {

/// How wide prose may be: the terminal's columns, at most 96, and 80 where stdout is none.
std::size_t prose_columns();

/// Paragraphs, broken at blanks so that no line is wider; lines that begin with blanks or `- ` stay
/// as they are but for those too long, and a word that is too long stands alone. Each line begins
/// with `indent`.
std::string prose(std::string_view text, std::size_t columns, std::string_view indent = "");

}  // namespace misproxy::app
