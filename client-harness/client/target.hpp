#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/endpoint.hpp"

namespace misproxy {

/// What a URL of the scheme https or http asks for. `path` is in origin-form, with its query (RFC
/// 9112 section 3.2.1).
struct Target {
  std::string url;
  Endpoint origin;
  std::string path;
  bool plain = false;  // of http: it is no tunnel's, and goes to the proxy

  /// The Host header's value: without the port where it is the scheme's own.
  std::string authority() const;
};

/// Reads an absolute URL; nothing where it is of another scheme.
std::optional<Target> parse_target(std::string_view url);

/// The target that a Location header means, relative to the one that was asked for (RFC 3986
/// section 5.2, RFC 9110 section 10.2.2); nothing where that is of another scheme.
std::optional<Target> redirected(const Target& from, std::string_view location);

}  // namespace misproxy
