#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace misproxy::probe {

/// The parts of a proxy's URL as they were written, wrong ones too, for each to be judged.
/// User and password are percent-decoded (RFC 3986 section 2.1).
struct WrittenProxy {
  std::string scheme;  // in lower case; empty where there is none
  std::string host;    // without the brackets of an IPv6 address
  std::optional<std::string> port;
  std::optional<std::string> user;
  std::optional<std::string> password;
};

WrittenProxy split_proxy(std::string_view text);

}  // namespace misproxy::probe
