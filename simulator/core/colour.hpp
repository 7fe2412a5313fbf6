#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace misproxy {

constexpr std::string_view kRed = "31";
constexpr std::string_view kGreen = "32";
constexpr std::string_view kYellow = "33";
constexpr std::string_view kBold = "1";
constexpr std::string_view kBoldRed = "1;31";
constexpr std::string_view kBoldGreen = "1;32";

/// The text as a terminal shows it in a colour (ECMA-48 section 8.3.117, SGR), or as it is.
inline std::string painted(std::string_view text, std::string_view paint, bool colour) {
  return colour ? fmt::format("\x1b[{}m{}\x1b[0m", paint, text) : std::string(text);
}

}  // namespace misproxy
