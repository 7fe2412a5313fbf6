#include "pictures/bytes_text.hpp"

#include <fmt/format.h>

namespace misproxy::pictures {

std::string grouped(std::uint64_t number) {
  auto digits = fmt::format("{}", number);
  for (auto at = static_cast<int>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), ",");
  return digits;
}

std::string bytes_text(std::uint64_t count) {
  return fmt::format("{} byte{}", grouped(count), count == 1 ? "" : "s");
}

std::string pause_text(std::chrono::nanoseconds pause) {
  const auto milliseconds = pause.count() / 1'000'000;
  if (milliseconds < 1000) return fmt::format("{} ms", milliseconds);
  if (milliseconds < 120'000)
    return fmt::format("{:.1f} s", static_cast<double>(milliseconds) / 1e3);
  const auto seconds = milliseconds / 1000;
  return fmt::format("{} min {} s", seconds / 60, seconds % 60);
}

}  // namespace misproxy::pictures
