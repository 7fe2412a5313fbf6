#pragma once

#include <optional>
#include <string>

namespace misproxy::app {

/// A file's text, up to 16 MiB; on an error nothing, and `why` is a sentence: a folder has no text.
std::optional<std::string> read_text(const std::string& path, std::string& why);

}  // namespace misproxy::app
