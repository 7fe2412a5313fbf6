#pragma once

#include <optional>
#include <string>

namespace misproxy::app {

/// The next line of stdin without its end, read byte by byte: what stands behind it belongs to
/// whatever reads next. Nothing at its end, or where misproxy is to end (RunBatch).
std::optional<std::string> read_line();

}  // namespace misproxy::app
