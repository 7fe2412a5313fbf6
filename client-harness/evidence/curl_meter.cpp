#include "evidence/curl_meter.hpp"

#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kLongestMeter = 200;  // bytes; curl's has 79

/// `149k`, `12.3M`, `48894`: bytes.
std::optional<std::uint64_t> take_size(std::string_view& text) {
  auto whole = take_number(text);
  if (!whole || *whole > (1ULL << 40)) return std::nullopt;
  std::uint64_t tenths = 0;
  if (take(text, ".")) {
    const auto digit = take_number(text);
    if (!digit) return std::nullopt;
    tenths = *digit < 10 ? *digit : 0;
  }
  constexpr std::string_view units = "kMGTP";
  const auto unit = text.empty() ? std::string_view::npos : units.find(text.front());
  if (unit == std::string_view::npos) return whole;
  text.remove_prefix(1);
  std::uint64_t scale = 1;
  for (std::size_t i = 0; i <= unit; ++i)
    scale *= 1024;
  if (*whole > 100'000) return std::nullopt;
  return *whole * scale + tenths * scale / 10;
}

/// `--:--:--`, `0:00:16`, `12d 03h`.
bool take_time(std::string_view& text) {
  const auto word = take_word(text);
  if (word.find_first_not_of("0123456789:-dh") != std::string_view::npos) return false;
  if (word.ends_with('d')) return take_word(text).ends_with('h');
  return word.size() >= 4 && contains(word, ":");
}

void skip_blanks(std::string_view& text) {
  while (!text.empty() && text.front() == ' ')
    text.remove_prefix(1);
}

}  // namespace

std::optional<CurlMeter> read_meter(std::string_view text) {
  auto rest = text.substr(0, kLongestMeter);
  const auto begun = rest.size();
  std::uint64_t columns[8] = {};  // %, total, %, received, %, sent, speed, speed
  for (auto& column : columns) {
    skip_blanks(rest);
    const auto size = take_size(rest);
    if (!size || rest.empty() || rest.front() != ' ') return std::nullopt;
    column = *size;
  }
  for (int i = 0; i < 3; ++i) {
    if (!take_time(rest)) return std::nullopt;
  }
  skip_blanks(rest);
  if (!take_size(rest)) return std::nullopt;
  return CurlMeter{columns[1], columns[3], begun - rest.size()};
}

}  // namespace misproxy::evidence
