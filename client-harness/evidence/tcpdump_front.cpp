#include "evidence/tcpdump_front.hpp"

#include "evidence/tcpdump_words.hpp"

namespace misproxy::evidence {
namespace {

using std::chrono::nanoseconds;

/// `count` digits and no more need follow; nothing where there are fewer.
std::optional<unsigned> take_digits(std::string_view& rest, std::size_t count) {
  if (rest.size() < count) return std::nullopt;
  unsigned number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!is_digit(rest[i])) return std::nullopt;
    number = number * 10 + static_cast<unsigned>(rest[i] - '0');
  }
  rest.remove_prefix(count);
  return number;
}

/// `.987654`, as nanoseconds; digits behind the ninth count for nothing.
nanoseconds take_fraction(std::string_view& rest) {
  if (rest.size() < 2 || (rest[0] != '.' && rest[0] != ',') || !is_digit(rest[1])) return {};
  rest.remove_prefix(1);
  std::int64_t worth = 100'000'000;
  std::int64_t sum = 0;
  while (!rest.empty() && is_digit(rest.front())) {
    sum += worth * (rest.front() - '0');
    worth /= 10;
    rest.remove_prefix(1);
  }
  return nanoseconds(sum);
}

std::optional<nanoseconds> take_clock(std::string_view& rest) {
  auto at = rest;
  const auto hours = take_digits(at, 2);
  if (!hours || !take(at, ":")) return std::nullopt;
  const auto minutes = take_digits(at, 2);
  if (!minutes || *minutes > 59 || !take(at, ":")) return std::nullopt;
  const auto seconds = take_digits(at, 2);
  if (!seconds || *seconds > 60) return std::nullopt;
  const auto fraction = take_fraction(at);
  if (!at.empty() && at.front() != ' ' && at.front() != '\t') return std::nullopt;
  rest = at;
  return std::chrono::hours(*hours) + std::chrono::minutes(*minutes) +
         std::chrono::seconds(*seconds) + fraction;
}

/// Days since 1970, in nanoseconds, of `2026-11-23 `. The years are those that nanoseconds hold.
std::optional<nanoseconds> take_date(std::string_view& rest) {
  auto at = rest;
  const auto year = take_digits(at, 4);
  if (!year || *year < 1970 || *year > 2200 || !take(at, "-")) return std::nullopt;
  const auto month = take_digits(at, 2);
  if (!month || !take(at, "-")) return std::nullopt;
  const auto day = take_digits(at, 2);
  if (!day || (!take(at, " ") && !take(at, "T"))) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day));
  if (!date.ok()) return std::nullopt;
  rest = at;
  return std::chrono::sys_days(date).time_since_epoch();
}

std::optional<nanoseconds> take_epoch(std::string_view& rest) {
  constexpr std::uint64_t kMostSeconds = 7'000'000'000;
  auto at = rest;
  const auto seconds = take_number<std::uint64_t>(at);
  if (!seconds || *seconds > kMostSeconds || at.size() < 2 || at[0] != '.') return std::nullopt;
  const auto before = at.size();
  const auto fraction = take_fraction(at);
  if (before - at.size() < 7 || (!at.empty() && at.front() != ' ')) return std::nullopt;
  rest = at;
  return std::chrono::seconds(*seconds) + fraction;
}

bool take_stamp(std::string_view& rest, Front& front) {
  if (rest.empty() || !is_digit(rest.front())) return false;
  auto at = rest;
  if (const auto clock = take_clock(at)) {
    front.stamp = Front::Stamp::clock;
    front.at = *clock;
  } else if (const auto date = take_date(at)) {
    const auto time = take_clock(at);
    if (!time) return false;
    front.stamp = Front::Stamp::dated;
    front.at = *date + *time;
  } else if (const auto epoch = take_epoch(at)) {
    front.stamp = Front::Stamp::epoch;
    front.at = *epoch;
  } else {
    return false;
  }
  rest = at;
  return true;
}

/// `    1  ` of -#, `   1: ` of an ASA: taken only where a time or a packet stands behind it.
bool take_count(std::string_view& rest) {
  auto at = rest;
  if (!take_number<std::uint64_t>(at)) return false;
  if (!take(at, ": ") && !take(at, "  ")) return false;
  skip_spaces(at);
  rest = at;
  return true;
}

/// What a table, a list or quoted code of Markdown puts before a line.
bool take_markup(std::string_view& rest, Front& front) {
  auto at = rest;
  while (!at.empty() && std::string_view("|`*- ").find(at.front()) != std::string_view::npos)
    at.remove_prefix(1);
  if (at.size() == rest.size() || !take_stamp(at, front)) return false;
  rest = at;
  return true;
}

}  // namespace

Front read_front(std::string_view line) {
  Front front;
  while (take(line, ">")) {
    front.quoted = true;
    take(line, " ");
  }
  front.tab = line.starts_with('\t');
  front.text = line;
  skip_spaces(front.text);
  front.indent = line.size() - front.text.size();
  front.rest = front.text;
  if (!take_stamp(front.rest, front) && !take_markup(front.rest, front) && take_count(front.rest)) {
    take_stamp(front.rest, front);
  }
  skip_spaces(front.rest);
  return front;
}

void TcpdumpClock::learn(const Front& front) {
  if (front.stamp != Front::Stamp::clock) return;
  if (!learned_) {  // the space is tcpdump's own, where somebody has cut the first lines off
    relative_ =
        front.at == nanoseconds::zero() || (front.indent == 1 && front.at < std::chrono::hours(1));
  }
  if (learned_ && front.at < *learned_) deltas_ = relative_;
  learned_ = front.at;
}

std::optional<nanoseconds> TcpdumpClock::time_of(const Front& front) {
  constexpr std::chrono::hours kDay{24};
  constexpr auto kLongest = 10'000 * kDay;  // whatever a text may say, the sum stays a number
  if (front.stamp == Front::Stamp::none) return std::nullopt;
  if (front.stamp != Front::Stamp::clock) return front.at;
  auto time = front.at;
  if (last_ && *last_ < kLongest) {
    if (deltas_) {
      time += *last_;
    } else if (!relative_ && *last_ - time > kDay / 2) {
      time += ((*last_ - time + kDay / 2) / kDay) * kDay;
    }
  }
  last_ = time;
  return time;
}

}  // namespace misproxy::evidence
