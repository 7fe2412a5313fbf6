#pragma once

#include <cstddef>
#include <string_view>

namespace misproxy {

/// Bytes of the UTF-8 sequence that `text` begins with, or 0 where it begins with none; `text` is
/// not empty. Source: RFC 3629 section 4.
std::size_t utf8_sequence(std::string_view text);

}  // namespace misproxy
