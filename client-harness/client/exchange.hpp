#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/time.hpp"

namespace misproxy {

/// A request that the client made, and what came of it, with the moments at which it got on.
struct Exchange {
  using Headers = std::vector<std::pair<std::string, std::string>>;

  std::int64_t connection = 0;
  std::string method;
  std::string target;  // a URL, or `host:port` of a CONNECT
  std::string version = "1.1";  // of HTTP
  Headers request_headers;
  std::uint64_t request_bytes = 0;
  int status = 0;
  std::string reason;
  Headers response_headers;
  std::uint64_t response_bytes = 0;
  std::string error;
  Instant began{0};      // the connection's beginning, where this is its first request
  Instant connected{0};  // TCP
  Instant asked{0};      // the request went out
  Instant answered{0};   // the head of the answer was there
  Instant ended{0};
};

}  // namespace misproxy
