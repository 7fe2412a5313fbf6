#include "pictures/row_words.hpp"

#include <fmt/format.h>

#include "pictures/bytes_text.hpp"

namespace misproxy::pictures {

std::string row_words(const Row& row) {
  if (row.kind != Row::Kind::arrow) return row.label;
  if (row.tone == Tone::data && row.bytes > 0)
    return fmt::format("{}: {}", row.label, amount_text(row, "segments"));
  auto words = row.label;
  if (row.count > 1) words += fmt::format(" x{}", row.count);
  if (row.tone == Tone::trouble && row.bytes > 0)
    words += fmt::format(": {}", bytes_text(row.bytes));
  return words;
}

}  // namespace misproxy::pictures
