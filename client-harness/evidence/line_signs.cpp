#include "evidence/line_signs.hpp"

#include <algorithm>
#include <vector>

#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

using Found = WordFinder::Found;

bool tells_failure(Sign sign) { return sign <= Sign::problem; }

/// The table, made ready to be looked for.
struct Table {
  Table() : finder(words()) {
    const auto all = client_words();
    for (std::size_t i = 0; i < all.size(); ++i) {
      bits[static_cast<std::size_t>(all[i].sign)].set(i);
      if (tells_failure(all[i].sign)) failures.set(i);
      constexpr auto kBlanks = 3;  // four words
      const auto blanks = std::ranges::count(all[i].words, ' ');
      if (blanks >= kBlanks && tells_failure(all[i].sign)) sentences.set(i);
    }
  }

  static std::vector<std::string_view> words() {
    std::vector<std::string_view> all;
    for (const auto& each : client_words())
      all.push_back(each.words);
    return all;
  }

  WordFinder finder;
  std::array<Found, static_cast<std::size_t>(Sign::count)> bits;
  Found failures;
  Found sentences;
};

const Table& table() {
  static const Table kTable;
  return kTable;
}

/// `2026-11-27`, `10:20:58`, `27/Nov`, `1764237600.123`.
bool begins_with_time(std::string_view line) {
  const auto digits = std::min(line.find_first_not_of("0123456789"), line.size());
  return digits > 0 && digits < line.size() && contains("-:/.", line.substr(digits, 1));
}

/// Behind who says it stands what happened: `connect: timed out`. A setting names it in front.
bool tells_behind_colon(std::string_view line) {
  const auto colon = line.find(": ");
  if (colon == std::string_view::npos) return false;
  return LineSigns(line.substr(colon + 2)).failure().has_value();
}

}  // namespace

LineSigns::LineSigns(std::string_view line) : line_(line), found_(table().finder.in(line)) {}

bool LineSigns::has(Sign sign) const {
  return (found_ & table().bits[static_cast<std::size_t>(sign)]).any();
}

std::optional<Sign> LineSigns::failure() const {
  const auto told = found_ & table().failures;
  if (told.none()) return std::nullopt;
  const auto all = client_words();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (told[i]) return all[i].sign;
  }
  return std::nullopt;
}

bool LineSigns::is_message() const {
  if (has(Sign::message) || has(Sign::request) || (found_ & table().sentences).any()) return true;
  const auto line = trimmed(line_);
  if (line.empty()) return false;
  return line.front() == '[' || line.front() == '*' || begins_with_time(line) ||
         tells_behind_colon(line);
}

bool begins_with_clock(std::string_view line) {
  constexpr std::size_t kFront = 32;
  const auto front = line.substr(0, kFront);
  for (auto at = front.find(':'); at != std::string_view::npos; at = front.find(':', at + 1)) {
    const auto clock = at >= 2 ? front.substr(at - 2, 8) : std::string_view();
    if (clock.size() == 8 && clock[5] == ':' && all_digits(clock.substr(0, 2)) &&
        all_digits(clock.substr(3, 2)) && all_digits(clock.substr(6, 2)))
      return true;
  }
  return false;
}

}  // namespace misproxy::evidence
