#include "http/text.hpp"

#include <fmt/format.h>

#include <iterator>

namespace misproxy {

std::string response_text(int status, std::string_view reason,
                          const std::vector<std::string>& headers, std::string_view body,
                          bool with_body) {
  std::string text = fmt::format("HTTP/1.1 {} {}\r\n", status, reason);
  for (const auto& header : headers)
    fmt::format_to(std::back_inserter(text), "{}\r\n", header);
  fmt::format_to(std::back_inserter(text), "Content-Length: {}\r\n\r\n", body.size());
  if (with_body) text += body;
  return text;
}

}  // namespace misproxy
