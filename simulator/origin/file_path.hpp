#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace misproxy {

/// The path below a folder that a request's target names, without a slash at either end. Nothing
/// for one that could lead elsewhere once it is decoded (`..`, `.`, a slash or a NUL within a
/// segment), that names a folder, or that is no path at all: such a target is no file's.
/// Source: RFC 3986 sections 2.1 and 3.3.
std::optional<std::string> file_path(std::string_view target);

}  // namespace misproxy
