#pragma once

#include <string_view>

namespace misproxy {

/// The path of a request target in origin-form or absolute-form, or of a URL, without its query:
/// `/` where there is none. Source: RFC 9112 sections 3.2.1 and 3.2.2.
constexpr std::string_view target_path(std::string_view target) {
  target = target.substr(0, target.find_first_of("?#"));
  const auto scheme = target.find("://");
  if (scheme == std::string_view::npos) return target;
  const auto slash = target.find('/', scheme + 3);
  return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
}

}  // namespace misproxy
