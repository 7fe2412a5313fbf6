#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "evidence/client_report.hpp"

namespace misproxy::evidence {

struct Line {
  std::string_view text;     // without its end, LF or CRLF
  std::uint64_t number = 0;  // from 1
};

/// The lines of a text, of which a UTF-8 byte order mark is no part.
class LineReader {
 public:
  explicit LineReader(std::string_view text);
  std::optional<Line> next();
  /// The next that is not empty: of a hundred million that are, none costs more than its byte.
  std::optional<Line> next_with_text();

 private:
  std::string_view rest_;
  std::uint64_t number_ = 0;
};

/// At most `limit` bytes of what any bytes say, for eyes: valid UTF-8, no control characters.
std::string printable(std::string_view bytes, std::size_t limit = 300);

/// The quote is `redacted` and `printable`.
Citation cite(const std::string& file, std::uint64_t number, std::string_view quote);

/// The prefix goes from the front of `text`, where it stands there.
inline bool take(std::string_view& text, std::string_view prefix) {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// The decimal number at the front; nothing where there is none, or none that fits 64 bits.
std::optional<std::uint64_t> take_number(std::string_view& text);

/// What stands between blanks; empty where nothing more does.
std::string_view take_word(std::string_view& text);

std::string_view trimmed(std::string_view text);
bool contains(std::string_view text, std::string_view part);
inline bool is_digit(char c) { return c >= '0' && c <= '9'; }

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool all_digits(std::string_view text);

/// Whether one of `words` stands at the front.
template <std::size_t N>
bool begins_with_one_of(std::string_view text, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view each) { return text.starts_with(each); });
}

/// What follows the last `mark`, or nothing.
std::optional<std::string_view> after_last(std::string_view text, std::string_view mark);

/// `10.10.10.1:80`, `[2001:db8::1]:80`, `proxy`: host without brackets, and the port or 0.
std::pair<std::string, std::uint16_t> split_server(std::string_view text);

/// `http://user:password@proxy:80/`: its host and port; that of the scheme where none is written
/// is not added, since a client may have another.
std::pair<std::string, std::uint16_t> server_of_url(std::string_view url);

/// A line of tcpdump's: `[time ]IP[6] a > b: ...`.
bool is_tcpdump_line(std::string_view text);

}  // namespace misproxy::evidence
