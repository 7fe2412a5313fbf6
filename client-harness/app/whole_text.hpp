#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace misproxy::app {

/// A whole number from 0 on, and nothing else.
inline std::optional<std::int64_t> whole_of(std::string_view text) {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  const bool good = error == std::errc{} && stop == end && !text.empty() && number >= 0;
  return good ? std::optional(number) : std::nullopt;
}

}  // namespace misproxy::app
