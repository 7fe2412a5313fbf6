#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace misproxy::anonymize {

constexpr auto kToTheEnd = std::numeric_limits<std::uint64_t>::max();

/// What stands behind a head, as the head tells. Source: RFC 9112 section 6.3.
struct Framing {
  bool chunked = false;
  std::uint64_t length = 0;  // kToTheEnd: until the connection closes
};

/// The framing of what follows this request's head.
Framing framing_of_request(std::string_view head);
/// The same of the final or interim response to a request of this method, which may not be known.
Framing framing_of_response(std::string_view head, std::string_view method);

/// `CONNECT` of a request's head.
std::string_view method_of(std::string_view head);
/// 0 where the head has none.
int status_of(std::string_view head);

}  // namespace misproxy::anonymize
