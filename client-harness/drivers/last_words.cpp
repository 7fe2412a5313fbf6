#include "drivers/last_words.hpp"

#include <charconv>

namespace misproxy {
namespace {

constexpr std::size_t kLongestMessage = 400;

/// The number behind the last of these marks that has one.
template <class Number>
std::optional<Number> number_behind(const std::vector<std::string_view>& marks,
                                    std::string_view text) {
  for (const auto mark : marks) {
    for (auto at = text.rfind(mark); at != std::string_view::npos;
         at = at == 0 ? std::string_view::npos : text.rfind(mark, at - 1)) {
      const auto digits = text.substr(at + mark.size());
      Number number{};
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (read.ec == std::errc{}) return number;
    }
  }
  return std::nullopt;
}

bool is_status(std::int64_t number) { return number >= 100 && number <= 999; }

std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kBlank = " \t\r\n";
  const auto from = line.find_first_not_of(kBlank);
  if (from == std::string_view::npos) return {};
  return line.substr(from, line.find_last_not_of(kBlank) - from + 1);
}

std::string_view complaint(const WordsOfClient& says, std::string_view output) {
  for (const auto mark : says.message) {
    const auto at = output.rfind(mark);
    if (at == std::string_view::npos) continue;
    const auto begin = says.begins ? at : at == 0 ? 0 : output.rfind('\n', at - 1) + 1;
    return trimmed(output.substr(begin, output.find('\n', at) - begin)).substr(0, kLongestMessage);
  }
  return {};
}

}  // namespace

LastWords read_last_words(const WordsOfClient& says, std::string_view output, int exit) {
  LastWords words;
  words.status = number_behind<std::int64_t>(says.status, output);
  if (words.status && !is_status(*words.status)) words.status.reset();
  words.bytes = number_behind<std::uint64_t>(says.bytes, output);
  const auto said = complaint(says, output);
  words.success = exit == 0;
  if (!words.success) words.message = said;
  return words;
}

}  // namespace misproxy
