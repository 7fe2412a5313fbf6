#include "evidence/curl_timings.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "core/ascii.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

using Slot = std::optional<double> Timings::*;

struct Name {
  std::string_view word;
  Slot slot;
};

/// Source: curl(1), --write-out.
constexpr std::array<Name, 4> kOwn{{{"time_connect", &Timings::connect},
                                    {"time_appconnect", &Timings::appconnect},
                                    {"time_starttransfer", &Timings::starttransfer},
                                    {"time_total", &Timings::total}}};

/// What people call them.
constexpr std::array<Name, 9> kShort{{{"connect", &Timings::connect},
                                      {"tcp", &Timings::connect},
                                      {"appconnect", &Timings::appconnect},
                                      {"tls", &Timings::appconnect},
                                      {"ssl", &Timings::appconnect},
                                      {"starttransfer", &Timings::starttransfer},
                                      {"ttfb", &Timings::starttransfer},
                                      {"total", &Timings::total},
                                      {"total_time", &Timings::total}}};

constexpr std::size_t kLongest = 1000;  // bytes of a line

bool is_of_word(char c) { return is_digit(c) || c == '_' || (lower(c) >= 'a' && lower(c) <= 'z'); }

/// `: 0.012s`, `=0.012`.
std::optional<double> seconds_at(std::string_view text) {
  text = trimmed(text);
  if (!take(text, ":") && !take(text, "=")) return std::nullopt;
  text = trimmed(text);
  double seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  const auto number = text.substr(0, static_cast<std::size_t>(end - text.data()));
  if (error != std::errc{} || !contains(number, ".")) return std::nullopt;
  if (!(seconds >= 0 && seconds < 1e6)) return std::nullopt;
  return seconds;
}

std::optional<double> seconds_of(std::string_view line, std::string_view word) {
  for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    if (at > 0 && is_of_word(line[at - 1])) continue;
    if (const auto told = seconds_at(line.substr(at + word.size()))) return told;
  }
  return std::nullopt;
}

template <std::size_t N>
std::size_t read_names(std::string_view line, const std::array<Name, N>& names, Timings& timings) {
  std::size_t found = 0;
  for (const auto& name : names) {
    const auto told = seconds_of(line, name.word);
    if (!told) continue;
    timings.*name.slot = told;
    ++found;
  }
  return found;
}

}  // namespace

bool read_timings(std::string_view line, Timings& timings) {
  line = line.substr(0, kLongest);
  if (read_names(line, kOwn, timings) > 0) return true;
  Timings read;
  constexpr std::size_t kEnough = 3;  // or it may be anybody's
  if (read_names(line, kShort, read) < kEnough || !read.connect || !read.total) return false;
  timings = read;
  return true;
}

}  // namespace misproxy::evidence
