#include "evidence/http_lines.hpp"

#include <algorithm>

#include "evidence/tcpdump_words.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::string_view kMethods[] = {"CONNECT ", "GET ",     "HEAD ",  "POST ", "PUT ",
                                         "DELETE ",  "OPTIONS ", "PATCH ", "TRACE "};
constexpr std::string_view kProse[] = {"Note",   "Tip",    "Example", "Warning", "Caution",
                                       "Source", "Figure", "http",    "https"};
constexpr std::size_t kLongestName = 128;

/// RFC 9110 section 5.6.2.
bool is_token_character(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

/// `HTTP/1.1`, at the very end.
bool ends_with_version(std::string_view line) {
  constexpr std::size_t kSize = 8;
  if (line.size() < kSize) return false;
  const auto version = line.substr(line.size() - kSize);
  return version.starts_with("HTTP/") && is_digit(version[5]) && version[6] == '.' &&
         is_digit(version[7]);
}

}  // namespace

bool is_request_line(std::string_view line) {
  const bool known = std::any_of(std::begin(kMethods), std::end(kMethods),
                                 [&](std::string_view method) { return line.starts_with(method); });
  return known && ends_with_version(line) &&
         std::count(line.begin(), line.end(), ' ') == 2;  // more of them are prose
}

bool is_status_line(std::string_view line) {
  if (!take(line, "HTTP/") || line.empty() || !is_digit(line.front())) return false;
  take_until(line, ' ');
  skip_spaces(line);
  constexpr std::size_t kDigits = 3;
  return line.size() >= kDigits && std::all_of(line.begin(), line.begin() + kDigits, is_digit) &&
         (line.size() == kDigits || line[kDigits] == ' ');
}

bool is_header_line(std::string_view line) {
  const auto name = line.substr(0, line.substr(0, kLongestName).find(':'));
  if (name.empty() || name.size() == line.size()) return false;
  if (!std::all_of(name.begin(), name.end(), is_token_character)) return false;
  const auto behind = line.substr(name.size() + 1);
  if (!behind.empty() && behind.front() != ' ' && behind.front() != '\t') return false;
  return std::find(std::begin(kProse), std::end(kProse), name) == std::end(kProse);
}

std::size_t find_start_line(std::string_view bytes) {
  constexpr std::size_t kLongestLine = 2048;
  constexpr int kMostTries = 64;  // of each word, so that no bytes make it slow
  auto first = std::string_view::npos;
  const auto look_for = [&](std::string_view word, bool (*fits)(std::string_view)) {
    auto at = bytes.find(word);
    for (int tries = 0; at < first && tries < kMostTries; ++tries, at = bytes.find(word, at + 1)) {
      auto line = bytes.substr(at, kLongestLine);
      line = line.substr(0, line.find('\n'));
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (fits(line)) first = at;
    }
  };
  for (const auto& method : kMethods)
    look_for(method, is_request_line);
  look_for("HTTP/", is_status_line);
  return first;
}

}  // namespace misproxy::evidence
