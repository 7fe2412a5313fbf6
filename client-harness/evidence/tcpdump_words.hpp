#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

#include "evidence/text_line.hpp"

namespace misproxy::evidence {

/// Takes the digits off the front of `rest`; nothing where there are none, or where they are more
/// than `Number` holds (they are taken then, too).
template <std::unsigned_integral Number>
std::optional<Number> take_number(std::string_view& rest) {
  Number number{};
  const auto [behind, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  rest.remove_prefix(static_cast<std::size_t>(behind - rest.data()));
  if (error != std::errc{}) return std::nullopt;
  return number;
}

/// Takes what stands before `end`, or all that is left.
inline std::string_view take_until(std::string_view& rest, char end) {
  const auto word = rest.substr(0, rest.find(end));
  rest.remove_prefix(word.size());
  return word;
}

inline void skip_spaces(std::string_view& rest) {
  while (!rest.empty() && is_blank(rest.front()))
    rest.remove_prefix(1);
}

/// Without what tcpdump says where the capture ended before the line.
inline std::string_view without_cut(std::string_view line) {
  constexpr std::string_view kCut = " [|http]";
  if (line.ends_with(kCut)) line.remove_suffix(kCut.size());
  return line;
}

/// Of a line that has no time: whether it begins as a packet's does.
inline bool is_ip_word(std::string_view line) {
  return line.starts_with("IP ") || line.starts_with("IP6 ");
}

}  // namespace misproxy::evidence
