#include "anonymize/http_framing.hpp"

#include <algorithm>
#include <charconv>

#include "core/ascii.hpp"
#include "diagnose/http_text.hpp"

namespace misproxy::anonymize {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

Framing framing_of(const Fields& fields, std::uint64_t otherwise) {
  if (holds_in_any_case(diagnose::header(fields, "Transfer-Encoding"), "chunked")) return {true, 0};
  const auto text = diagnose::header(fields, "Content-Length");
  std::uint64_t length = otherwise;
  std::from_chars(text.data(), text.data() + text.size(), length);
  return {false, length};
}

}  // namespace

Framing framing_of_request(std::string_view head) {
  const auto request = diagnose::read_request(head);
  return request ? framing_of(request->headers, 0) : Framing{false, kToTheEnd};
}

Framing framing_of_response(std::string_view head, std::string_view method) {
  const auto response = diagnose::read_response(head);
  if (!response) return {false, kToTheEnd};
  const auto status = response->status;
  const bool interim = status / 100 == 1 && status != 101;
  const bool tunnel = method == "CONNECT" && status / 100 == 2;
  if (interim || tunnel || method == "HEAD" || status == 204 || status == 304) return {};
  return framing_of(response->headers, kToTheEnd);
}

std::string_view method_of(std::string_view head) {
  return head.substr(0, std::min(head.find(' '), head.size()));
}

int status_of(std::string_view head) {
  const auto response = diagnose::read_response(head);
  return response ? response->status : 0;
}

}  // namespace misproxy::anonymize
