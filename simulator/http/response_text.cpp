#include "http/response_text.hpp"

#include <fmt/format.h>

#include <iterator>

#include "http/status_reason.hpp"

namespace misproxy {

std::string response_head(int status, std::string_view reason,
                          const std::vector<std::string>& headers,
                          std::optional<std::uint64_t> body_bytes) {
  std::string text = fmt::format("HTTP/1.1 {} {}\r\n", status, reason);
  for (const auto& header : headers)
    fmt::format_to(std::back_inserter(text), "{}\r\n", header);
  if (body_bytes) {
    fmt::format_to(std::back_inserter(text), "Content-Length: {}\r\n", *body_bytes);
  }
  return text + "\r\n";
}

std::string refusal_body(std::string_view why) {
  return fmt::format(
      "misproxy: {}\nThis is misproxy's own answer; no fault of the scenario has acted.\n", why);
}

std::string refusal_text(int status, std::string_view why, std::vector<std::string> headers,
                         bool with_body) {
  const auto body = refusal_body(why);
  headers.emplace_back("Content-Type: text/plain");
  headers.emplace_back("Connection: close");
  return response_head(status, status_reason(status), headers, body.size()) +
         (with_body ? body : "");
}

/// A string of a structured field holds printable ASCII (RFC 8941 section 3.3.3).
std::string proxy_status(std::string_view error, std::string_view details) {
  std::string text;
  for (const char c : details) {
    if (c == '"' || c == '\\') text += '\\';
    text += c >= 0x20 && c < 0x7f ? c : '?';
  }
  return fmt::format("Proxy-Status: misproxy; error={}; details=\"{}\"", error, text);
}

}  // namespace misproxy
