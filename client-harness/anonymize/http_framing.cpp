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

Framing framing_of(const diagnose::RequestSeen& request) { return framing_of(request.headers, 0); }

Framing framing_of(const diagnose::ResponseSeen& response, std::string_view method) {
  const auto status = response.status;
  const bool interim = status / 100 == 1 && status != 101;
  const bool tunnel = method == "CONNECT" && status / 100 == 2;
  if (interim || tunnel || method == "HEAD" || status == 204 || status == 304) return {};
  return framing_of(response.headers, kToTheEnd);
}

}  // namespace misproxy::anonymize
