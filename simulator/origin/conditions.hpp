#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "http/request_reader.hpp"
#include "origin/routes.hpp"

namespace misproxy {

/// What a client may ask of a representation before it gets it. `ranges`: a part can be had.
struct Representation {
  std::optional<std::string> etag;
  std::optional<std::chrono::sys_seconds> modified;
  bool ranges = false;
};

/// Makes of a success what the request's conditions and its Range ask for: a 412 or a 304, and of a
/// 200 a 206 or a 416. Source: RFC 9110 sections 13.2 and 14.2.
void heed_conditions(const RequestHead& head, const Representation& representation,
                     OriginAnswer& answer);

}  // namespace misproxy
