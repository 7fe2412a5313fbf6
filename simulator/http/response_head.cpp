#include "http/response_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <charconv>
#include <limits>

#include "core/ascii.hpp"

namespace misproxy {
namespace {

namespace http = boost::beast::http;
using boost::beast::iequals;

constexpr std::string_view kStatusLine = "HTTP/1.v sdd";  // v: 0 or 1; s: 1 to 9; d: 0 to 9
constexpr std::size_t kVersionDigit = 5;
constexpr std::size_t kStatusDigit = 9;
/// Beast's fields hold 16-bit lengths, and throw beyond them.
constexpr std::size_t kFieldLimit = 60 * 1024;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool fits(char form, char c) {
  switch (form) {
    case 'v':
      return c == '0' || c == '1';
    case 's':
      return is_digit(c) && c != '0';
    case 'd':
      return is_digit(c);
    default:
      return c == form;
  }
}

std::string wrong_byte(std::size_t at, char c) {
  if (at == 0 && c >= 0x14 && c <= 0x17) return "a TLS record where a response was expected";
  if (at == 0 && c == '<') return "markup where a response was expected";
  if (at == kVersionDigit && is_digit(c)) return fmt::format("HTTP/{} instead of HTTP/1.x", c);
  return at < kStatusDigit ? "no HTTP/1.x status line" : "no status code of three digits";
}

/// The lines without their ends; a continued line is one.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end, text.size() - 1) + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) break;
    const bool continues = line.front() == ' ' || line.front() == '\t';
    if (continues && lines.size() > 1) {
      lines.back() += fmt::format(" {}", without_blanks(line));
    } else {
      lines.emplace_back(line);
    }
  }
  if (!lines.empty() && lines.front().size() == kStatusLine.size()) lines.front() += ' ';
  return lines;
}

std::string_view name_of(std::string_view line) { return line.substr(0, line.find(':')); }

/// What Beast is to judge. Headers about the body's length go by another name there: misproxy
/// reads those itself, since Beast refuses what a client has to accept, such as a Content-Length
/// that a 2xx to CONNECT must not have (RFC 9110 section 9.3.6).
std::string text_for_beast(const std::vector<std::string>& lines) {
  std::string text;
  for (const auto& line : lines) {
    const auto name = name_of(line);
    if (iequals(name, "content-length") || iequals(name, "transfer-encoding")) text += "x-";
    text += line + "\r\n";
  }
  return text + "\r\n";
}

/// Everything of the head but how its body ends; or Beast's complaint.
std::optional<std::string> judge(const std::string& text, ResponseHead& head) {
  http::response_parser<http::empty_body> beast;
  beast.header_limit(std::numeric_limits<std::uint32_t>::max());
  beast.skip(true);
  boost::beast::error_code error;
  std::string_view rest = text;
  while (!error && !beast.is_header_done()) {
    rest.remove_prefix(beast.put(boost::asio::const_buffer(rest.data(), rest.size()), error));
  }
  if (error) return fmt::format("not an HTTP/1.x response: {}", error.message());
  head.status = static_cast<int>(beast.get().result_int());
  head.version = static_cast<int>(beast.get().version());
  head.keep_alive = beast.keep_alive();
  return std::nullopt;
}

void take_headers(const std::vector<std::string>& lines, ResponseHead& head) {
  for (auto line = lines.begin() + 1; line != lines.end(); ++line) {
    const auto name = name_of(*line);
    const auto value = std::string(without_blanks(std::string_view(*line).substr(name.size() + 1)));
    head.headers.emplace_back(name, value);
    if (iequals(name, "location") && !head.location) head.location = value;
    if (iequals(name, "proxy-authenticate")) head.proxy_authenticate.push_back(value);
  }
}

/// The comma-separated members of every header of this name.
std::vector<std::string> members(const ResponseHead& head, std::string_view name) {
  std::vector<std::string> found;
  for (const auto& [key, value] : head.headers) {
    if (!iequals(key, name)) continue;
    for (std::string_view rest = value;;) {
      const auto comma = rest.find(',');
      found.emplace_back(without_blanks(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return found;
}

/// A count of bytes up to 2^63 - 1, as in curl.
std::optional<std::uint64_t> parse_length(const std::string& text) {
  std::int64_t length = 0;
  if (text.empty() || !is_digit(text.front())) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return static_cast<std::uint64_t>(length);
}

bool may_have_body(int status, RequestKind kind) {
  if (kind == RequestKind::head || (kind == RequestKind::connect && status / 100 == 2)) {
    return false;
  }
  return status / 100 != 1 && status != 204 && status != 304;
}

/// How the body ends, RFC 9112 section 6.3: Transfer-Encoding comes before Content-Length, and
/// lengths said twice have to agree.
std::optional<std::string> take_framing(RequestKind kind, ResponseHead& head) {
  head.has_body = may_have_body(head.status, kind);
  if (!head.has_body) return std::nullopt;
  auto codings = members(head, "transfer-encoding");
  std::erase_if(codings, [](const auto& c) { return c.empty() || iequals(c, "identity"); });
  if (!codings.empty()) {
    head.chunked = iequals(codings.back(), "chunked");
  } else {
    for (const auto& member : members(head, "content-length")) {
      const auto length = parse_length(member);
      if (!length) return "a Content-Length that is no count of bytes";
      if (head.content_length && head.content_length != length) return "two Content-Lengths";
      head.content_length = length;
    }
  }
  if (head.ends_with_connection()) head.keep_alive = false;
  return std::nullopt;
}

}  // namespace

std::optional<std::string> status_line_error(std::string_view begun) {
  for (std::size_t at = 0; at < std::min(begun.size(), kStatusLine.size()); ++at) {
    if (!fits(kStatusLine[at], begun[at])) return wrong_byte(at, begun[at]);
  }
  if (begun.size() <= kStatusLine.size()) return std::nullopt;
  const char next = begun[kStatusLine.size()];
  if (next != ' ' && next != '\r' && next != '\n') return "no status code of three digits";
  return std::nullopt;
}

std::variant<ResponseHead, std::string> parse_response_head(std::string text, RequestKind kind) {
  const auto lines = lines_of(text);
  if (lines.empty()) return "no HTTP/1.x status line";
  const auto longest = std::ranges::max_element(lines, {}, &std::string::size);
  if (longest->size() > kFieldLimit) {
    return fmt::format("a header over {} bytes", kFieldLimit);
  }
  ResponseHead head;
  if (auto error = judge(text_for_beast(lines), head)) return *std::move(error);
  head.reason = lines.front().substr(kStatusLine.size() + 1);  // Beast would make one up
  take_headers(lines, head);
  if (auto error = take_framing(kind, head)) return *std::move(error);
  head.text = std::move(text);
  return head;
}

}  // namespace misproxy
