#include "evidence/text_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/utf8.hpp"
#include "evidence/redact.hpp"

namespace misproxy::evidence {
namespace {

/// C0, DEL, and C1, which is two bytes in UTF-8.
bool is_control(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return first < 0x20 || first == 0x7F;
  return first == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0;
}

std::string one_printable(std::string_view& rest) {
  const auto length = utf8_sequence(rest);
  const auto sequence = rest.substr(0, std::max<std::size_t>(length, 1));
  rest.remove_prefix(sequence.size());
  if (length == 0) return fmt::format("\\x{:02x}", static_cast<unsigned char>(sequence[0]));
  if (sequence == "\t") return " ";
  return is_control(sequence) ? "?" : std::string(sequence);
}

}  // namespace

LineReader::LineReader(std::string_view text) : rest_(text) { take(rest_, "\xEF\xBB\xBF"); }

std::optional<Line> LineReader::next() {
  if (rest_.empty()) return std::nullopt;
  const auto end = rest_.find('\n');
  Line line{rest_.substr(0, end), ++number_};
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
  while (line.text.ends_with('\r'))
    line.text.remove_suffix(1);
  return line;
}

std::optional<Line> LineReader::next_with_text() {
  while (true) {
    const auto empty = std::min(rest_.find_first_not_of('\n'), rest_.size());
    number_ += empty;
    rest_.remove_prefix(empty);
    auto line = next();
    if (!line || !line->text.empty()) return line;
  }
}

std::string printable(std::string_view bytes, std::size_t limit) {
  std::string out;
  if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return c >= ' ' && c < 127; }))
    return std::string(bytes.substr(0, limit));
  while (!bytes.empty()) {
    const auto piece = one_printable(bytes);
    if (out.size() + piece.size() > limit) break;
    out += piece;
  }
  return out;
}

Citation cite(const std::string& file, std::uint64_t number, std::string_view quote) {
  constexpr std::size_t kLooked = 4096;  // of a line that may have a hundred megabytes
  return {file, Citation::Unit::line, number, printable(redacted(quote.substr(0, kLooked)))};
}

std::optional<std::uint64_t> take_number(std::string_view& text) {
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t value = 0;
  std::size_t length = 0;
  for (; length < text.size() && is_digit(text[length]); ++length) {
    const auto digit = static_cast<std::uint64_t>(text[length] - '0');
    if (value > (most - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
  }
  if (length == 0) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

std::string_view take_word(std::string_view& text) {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  const auto* const end = std::find_if(text.begin(), text.end(), is_blank);
  const auto word = text.substr(0, static_cast<std::size_t>(end - text.begin()));
  text.remove_prefix(word.size());
  return word;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && (is_blank(text.back()) || text.back() == '\r'))
    text.remove_suffix(1);
  return text;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is_digit);
}

std::optional<std::string_view> after_last(std::string_view text, std::string_view mark) {
  const auto at = text.rfind(mark);
  if (at == std::string_view::npos) return std::nullopt;
  return text.substr(at + mark.size());
}

std::pair<std::string, std::uint16_t> split_server(std::string_view text) {
  auto host = text;
  std::uint16_t port = 0;
  const auto colon = text.rfind(':');
  // An IPv6 address without brackets has no port that could be told from it.
  const bool bare_ipv6 = !text.starts_with('[') && text.find(':') != colon;
  if (colon != std::string_view::npos && !text.ends_with(']') && !bare_ipv6) {
    auto digits = text.substr(colon + 1);
    const auto number = take_number(digits);
    if (number && digits.empty() && *number <= 0xFFFF) {
      port = static_cast<std::uint16_t>(*number);
      host = text.substr(0, colon);
    }
  }
  if (host.size() >= 2 && host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
  }
  return {printable(host), port};
}

std::pair<std::string, std::uint16_t> server_of_url(std::string_view url) {
  if (const auto at = url.find("://"); at != std::string_view::npos) url.remove_prefix(at + 3);
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto host = after_last(url, "@")) url = *host;
  return split_server(url);
}

bool is_tcpdump_line(std::string_view text) {
  // In front may stand a date, a time or a difference, an interface and a direction, MACs.
  auto rest = text.substr(0, 400);
  const auto stamp = take_word(rest);
  if (stamp.empty() || !is_digit(stamp.front()) || stamp.find_first_of(":.-") == stamp.npos) {
    return false;
  }
  if (contains(rest.substr(0, 100), "ethertype IPv")) return true;
  for (const std::string_view name : {" IP ", " IP6 "}) {
    const auto at = rest.substr(0, 60).find(name);
    if (at == std::string_view::npos) continue;
    const auto packet = rest.substr(at + name.size());
    return contains(packet, " > ") || packet.starts_with('(');
  }
  return false;
}

}  // namespace misproxy::evidence
