#pragma once

#include <string>
#include <string_view>

namespace misproxy {

/// Text for HTML and SVG, between tags and in quoted values: whatever a stranger said is text,
/// never markup, and control characters are visible.
std::string html_text(std::string_view text);

}  // namespace misproxy
