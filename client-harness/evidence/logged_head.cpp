#include "evidence/logged_head.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "evidence/text_line.hpp"

namespace misproxy::evidence {
namespace {

constexpr std::size_t kMostHeaders = 200;
constexpr std::size_t kLongestValue = 16 * 1024;  // bytes; a Negotiate token may have so many
constexpr std::size_t kLongestWord = 2048;

bool is_upper(char c) { return (c >= 'A' && c <= 'Z') || c == '-'; }

}  // namespace

std::optional<LoggedResponse> read_status_line(std::string_view line) {
  if (!line.starts_with("HTTP/")) return std::nullopt;
  LoggedResponse response;
  response.version = printable(take_word(line), 16);
  auto code = take_word(line);
  if (code.size() != 3) return std::nullopt;
  const auto status = take_number(code);
  if (!status || !code.empty() || *status < 100) return std::nullopt;
  response.status = static_cast<int>(*status);
  response.reason = printable(trimmed(line));
  return response;
}

std::optional<LoggedRequest> read_request_line(std::string_view line) {
  line = trimmed(line);
  const auto method = take_word(line);
  const auto target = take_word(line);
  const auto version = take_word(line);
  const bool word = !method.empty() && std::all_of(method.begin(), method.end(), is_upper);
  if (!word || !version.starts_with("HTTP/")) return std::nullopt;
  LoggedRequest request;
  request.method = printable(method, 32);
  request.target = printable(target, kLongestWord);
  return request;
}

bool add_header(std::vector<std::pair<std::string, std::string>>& headers, std::string_view line) {
  const bool goes_on = line.starts_with(' ') || line.starts_with('\t');
  if (goes_on) {
    if (headers.empty() || trimmed(line).empty()) return false;
    auto& value = headers.back().second;
    if (value.size() < kLongestValue)
      value.append(" ").append(printable(trimmed(line), kLongestValue));
    return true;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  if (headers.size() < kMostHeaders) {
    headers.emplace_back(printable(line.substr(0, colon)),
                         printable(trimmed(line.substr(colon + 1)), kLongestValue));
  }
  return true;
}

const std::string* find_header(const std::vector<std::pair<std::string, std::string>>& headers,
                               std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (same_but_for_case(key, name)) return &value;
  }
  return nullptr;
}

std::optional<std::uint64_t> content_length(
    const std::vector<std::pair<std::string, std::string>>& headers) {
  const auto* value = find_header(headers, "content-length");
  if (value == nullptr) return std::nullopt;
  std::string_view digits = *value;
  const auto length = take_number(digits);
  return digits.empty() ? length : std::nullopt;
}

}  // namespace misproxy::evidence
