#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

#include "diagnose/observations.hpp"

namespace misproxy::anonymize {

constexpr auto kToTheEnd = std::numeric_limits<std::uint64_t>::max();

/// What stands behind a head, as the head tells. Source: RFC 9112 section 6.3.
struct Framing {
  bool chunked = false;
  std::uint64_t length = 0;  // kToTheEnd: until the connection closes
};

/// The framing of what follows this request's head.
Framing framing_of(const diagnose::RequestSeen& request);
/// The same of the final or interim response to a request of this method, which may not be known.
Framing framing_of(const diagnose::ResponseSeen& response, std::string_view method);

}  // namespace misproxy::anonymize
