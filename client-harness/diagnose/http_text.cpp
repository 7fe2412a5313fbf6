#include "diagnose/http_text.hpp"

#include <algorithm>
#include <charconv>

#include "core/ascii.hpp"

namespace misproxy::diagnose {
namespace {

using Headers = std::vector<std::pair<std::string, std::string>>;

constexpr std::size_t kMostHeaders = 100;

std::string_view next_line(std::string_view& text) {
  const auto end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Headers read_headers(std::string_view text) {
  Headers headers;
  while (!text.empty() && headers.size() < kMostHeaders) {
    const auto line = next_line(text);
    if (line.empty()) break;
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    headers.emplace_back(line.substr(0, colon), without_blanks(line.substr(colon + 1)));
  }
  return headers;
}

bool is_method(std::string_view word) {
  return !word.empty() && word.size() <= 16 &&
         std::all_of(word.begin(), word.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace

std::optional<std::size_t> head_end(std::string_view text) {
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    if (text.substr(at + 1, 1) == "\n") return at + 2;
    if (text.substr(at + 1, 2) == "\r\n") return at + 3;
  }
  return std::nullopt;
}

std::optional<RequestSeen> read_request(std::string_view head) {
  RequestSeen request;
  request.bytes = static_cast<std::uint32_t>(head.size());
  auto line = next_line(head);
  const auto space = line.find(' ');
  if (space == std::string_view::npos || !is_method(line.substr(0, space))) return std::nullopt;
  request.method = line.substr(0, space);
  line.remove_prefix(space + 1);
  request.target = line.substr(0, line.find(' '));
  request.headers = read_headers(head);
  return request;
}

std::optional<ResponseSeen> read_response(std::string_view head) {
  auto line = next_line(head);
  if (!line.starts_with("HTTP/")) return std::nullopt;
  const auto space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  ResponseSeen response;
  response.version = line.substr(0, space);
  line = without_blanks(line.substr(space));
  const auto digits = line.substr(0, 3);
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, response.status);
  if (error != std::errc{} || stop != end || response.status < 100) return std::nullopt;
  response.reason = without_blanks(line.substr(digits.size()));
  response.headers = read_headers(head);
  return response;
}

std::string_view header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (same_but_for_case(key, name)) return value;
  }
  return {};
}

bool has_header(const Headers& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const auto& each) { return same_but_for_case(each.first, name); });
}

}  // namespace misproxy::diagnose
