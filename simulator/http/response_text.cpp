#include "http/response_text.hpp"

#include <fmt/format.h>

#include <iterator>

#include "http/status_reason.hpp"

namespace misproxy {

std::string response_head(int status, std::string_view reason,
                          const std::vector<std::string>& headers, std::uint64_t body_bytes) {
  std::string text = fmt::format("HTTP/1.1 {} {}\r\n", status, reason);
  for (const auto& header : headers)
    fmt::format_to(std::back_inserter(text), "{}\r\n", header);
  fmt::format_to(std::back_inserter(text), "Content-Length: {}\r\n\r\n", body_bytes);
  return text;
}

std::string refusal_text(int status, std::string_view reason, std::string_view why) {
  const auto body = fmt::format("misproxy: {}\n", why);
  return response_head(status, reason, {"Content-Type: text/plain", "Connection: close"},
                       body.size()) +
         body;
}

std::string_view refusal_reason(int status) { return status_reason(status); }

}  // namespace misproxy
