#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace misproxy {

/// Of `words` the one that `text` was most likely meant to be, or nothing where none is close:
/// Damerau's distance (a neighbouring pair swapped counts as one slip), at most a third of the
/// longer word.
std::optional<std::string_view> nearest(std::string_view text,
                                        std::span<const std::string_view> words);

}  // namespace misproxy
