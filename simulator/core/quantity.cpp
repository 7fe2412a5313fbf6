#include "core/quantity.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "core/ascii.hpp"

namespace misproxy {
namespace {

using Factor = std::pair<std::string_view, double>;

constexpr std::array kSizes{
    Factor{"", 1.0},         Factor{"b", 1.0},        Factor{"byte", 1.0},
    Factor{"bytes", 1.0},    Factor{"k", 1e3},        Factor{"kb", 1e3},
    Factor{"m", 1e6},        Factor{"mb", 1e6},       Factor{"g", 1e9},
    Factor{"gb", 1e9},       Factor{"t", 1e12},       Factor{"tb", 1e12},
    Factor{"ki", 1024.0},    Factor{"kib", 1024.0},   Factor{"mi", 0x1p20},
    Factor{"mib", 0x1p20},   Factor{"gi", 0x1p30},    Factor{"gib", 0x1p30},
    Factor{"ti", 0x1p40},    Factor{"tib", 0x1p40},   Factor{"bit", 1.0 / 8},
    Factor{"kbit", 1e3 / 8}, Factor{"mbit", 1e6 / 8}, Factor{"gbit", 1e9 / 8}};

constexpr std::array kRates{Factor{"bps", 1.0 / 8}, Factor{"kbps", 1e3 / 8},
                            Factor{"mbps", 1e6 / 8}, Factor{"gbps", 1e9 / 8}};

/// In seconds.
constexpr std::array kTimes{
    Factor{"ns", 1e-9},     Factor{"us", 1e-6},      Factor{"\u00b5s", 1e-6},
    Factor{"ms", 1e-3},     Factor{"s", 1.0},        Factor{"sec", 1.0},
    Factor{"secs", 1.0},    Factor{"second", 1.0},   Factor{"seconds", 1.0},
    Factor{"m", 60.0},      Factor{"min", 60.0},     Factor{"mins", 60.0},
    Factor{"minute", 60.0}, Factor{"minutes", 60.0}, Factor{"h", 3600.0},
    Factor{"hour", 3600.0}, Factor{"hours", 3600.0}, Factor{"d", 86400.0},
    Factor{"day", 86400.0}, Factor{"days", 86400.0}};

template <class Table>
std::optional<double> factor_in(const Table& table, std::string_view word) {
  for (const auto& [name, factor] : table) {
    if (same_but_for_case(name, word)) return factor;
  }
  return std::nullopt;
}

/// Seconds in one of the unit.
double seconds_in(Unit unit) { return unit == Unit::ms ? 1e-3 : unit == Unit::us ? 1e-6 : 1.0; }

std::optional<double> factor_of(std::string_view word, Unit unit) {
  switch (unit) {
    case Unit::none:
      return word.empty() ? std::optional(1.0) : std::nullopt;
    case Unit::bytes:
      return factor_in(kSizes, word);
    case Unit::bytes_per_s:
      if (const auto rate = factor_in(kRates, word)) return rate;
      return factor_in(kSizes, word.substr(0, word.rfind("/s")));
    case Unit::ms:
    case Unit::us:
    case Unit::s:
      if (word.empty()) return 1.0;
      if (const auto seconds = factor_in(kTimes, word)) return *seconds / seconds_in(unit);
      return std::nullopt;
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' '))
    text.remove_prefix(1);
  while (text.ends_with(' '))
    text.remove_suffix(1);
  return text;
}

}  // namespace

std::string_view words_of(Unit unit) {
  switch (unit) {
    case Unit::none:
      return "";
    case Unit::bytes:
      return "bytes";
    case Unit::bytes_per_s:
      return "bytes a second";
    case Unit::ms:
      return "milliseconds";
    case Unit::us:
      return "microseconds";
    case Unit::s:
      return "seconds";
  }
  return "";
}

Unit unit_of(std::string_view key) {
  if (key.ends_with("bytes_per_s")) return Unit::bytes_per_s;
  if (key.ends_with("bytes")) return Unit::bytes;
  if (key.ends_with("_ms")) return Unit::ms;
  if (key.ends_with("_us")) return Unit::us;
  return key.ends_with("_s") ? Unit::s : Unit::none;
}

std::optional<std::int64_t> meant_by(std::string_view written, Unit unit) {
  written = trimmed(written);
  double number = 0;
  const auto [stop, error] = std::from_chars(written.data(), written.data() + written.size(),
                                             number, std::chars_format::fixed);
  if (error != std::errc{} || number < 0) return std::nullopt;
  const auto read = static_cast<std::size_t>(stop - written.data());
  const auto factor = factor_of(trimmed(written.substr(read)), unit);
  if (!factor) return std::nullopt;
  const double exact = number * *factor;
  const double whole = std::round(exact);
  const bool good = std::isfinite(exact) && whole < 0x1p53 && std::abs(exact - whole) < 1e-6;
  return good ? std::optional(static_cast<std::int64_t>(whole)) : std::nullopt;
}

std::string what_to_write(std::string_view written, Unit unit, std::int64_t least,
                          std::int64_t most) {
  const auto number = meant_by(written, unit);
  if (!number || *number < least || *number > most) return {};
  if (unit == Unit::none) return fmt::format("write {}", *number);
  return fmt::format("write {} ({})", *number, words_of(unit));
}

}  // namespace misproxy
