#include "core/received_date.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "core/http_date.hpp"

namespace misproxy {
namespace {

using Date = std::optional<std::chrono::sys_seconds>;

constexpr std::array<std::string_view, 7> kDays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                "Thursday", "Friday", "Saturday"};

/// `Sunday, 22-Nov-26 09:00:00 GMT`.
Date read_rfc850(std::string_view text) {
  constexpr std::string_view kBehindDay = ", 22-Nov-26 09:00:00 GMT";
  const auto* day = std::ranges::find(kDays, text.substr(0, text.find(',')));
  if (day == kDays.end()) return std::nullopt;
  const auto rest = text.substr(day->size());
  if (rest.size() != kBehindDay.size() || rest[1] != ' ' || rest[4] != '-' || rest[8] != '-')
    return std::nullopt;
  for (const auto* century : {"20", "19"}) {
    const auto date =
        parse_http_date(fmt::format("{}, {} {} {}{}", day->substr(0, 3), rest.substr(2, 2),
                                    rest.substr(5, 3), century, rest.substr(9)));
    if (date && date->time_since_epoch().count() >= 0) return date;
  }
  return std::nullopt;
}

/// `Sun Nov 22 09:00:00 2026`; a day of one digit has a blank before it.
Date read_asctime(std::string_view text) {
  constexpr std::string_view kShape = "Sun Nov  6 08:49:37 1994";
  if (text.size() != kShape.size() || text[3] != ' ' || text[7] != ' ' || text[8] == '0')
    return std::nullopt;
  std::string day(text.substr(8, 2));
  if (day.front() == ' ') day.front() = '0';
  return parse_http_date(fmt::format("{}, {} {}{}{} GMT", text.substr(0, 3), day, text.substr(4, 3),
                                     text.substr(19), text.substr(10, 9)));
}

}  // namespace

std::optional<std::chrono::sys_seconds> read_http_date(std::string_view text) {
  if (const auto date = parse_http_date(text)) return date;
  if (const auto date = read_rfc850(text)) return date;
  return read_asctime(text);
}

}  // namespace misproxy
