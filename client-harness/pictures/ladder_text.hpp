#pragma once

#include <string>
#include <string_view>

#include "pictures/ladder.hpp"

namespace misproxy::pictures {

constexpr std::size_t kLeastColumns = 60;
constexpr std::size_t kMostColumns = 400;

/// The ladder in ASCII, for a terminal or a mail of so many columns; each line ends in `\n`.
///
///     1   0.000000    |-- SYN --------------------------->|                  |
///
/// `!` stands before what went wrong, `*` before what a fault did.
std::string ladder_text(const Ladder& ladder, std::size_t columns, bool colour);
/// One row alone, between two lanes that stand so far apart, of an arrow from the client to the
/// proxy or back, or a remark.
std::string rung_text(const Row& row, std::size_t width);
/// What the signs mean.
std::string_view ladder_signs();

}  // namespace misproxy::pictures
