#pragma once

#include <string_view>

namespace misproxy {

/// By the ending of a file's name; `application/octet-stream` for what is not known.
std::string_view content_type_of(std::string_view path);

}  // namespace misproxy
