#include "pictures/ladder.hpp"

#include <fmt/format.h>

#include "pictures/bytes_text.hpp"

namespace misproxy::pictures {

std::string time_text(const std::optional<std::chrono::nanoseconds>& at) {
  if (!at) return {};
  const auto micros = at->count() / 1000;
  return fmt::format("{}{}.{:06}", micros < 0 ? "-" : "", std::abs(micros) / 1'000'000,
                     std::abs(micros) % 1'000'000);
}

std::string numbers_text(const Row& row) {
  if (row.first == 0) return {};
  return row.last > row.first ? fmt::format("{}-{}", row.first, row.last)
                              : fmt::format("{}", row.first);
}

std::string amount_text(const Row& row, std::string_view many) {
  if (row.count == 1) return bytes_text(row.bytes);
  return fmt::format("{} {}, {}", row.count, many, bytes_text(row.bytes));
}

}  // namespace misproxy::pictures
