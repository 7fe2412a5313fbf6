#pragma once

#include <string>
#include <vector>

#include "scenario/client_settings.hpp"

namespace misproxy {

/// Files by which programs are told whom to trust: `ca` is misproxy's CA alone, `bundle` has the
/// system's with it, both PEM; `java` is the former as a trust store for Java (PKCS #12).
struct TrustFiles {
  std::string ca;
  std::string bundle;
  std::string java;
  std::string java_password;
};

/// Every variable by which programs that know nothing of misproxy are told of their proxy, and whom
/// they are to trust, as `NAME=value`; and what `exec_environment` has.
std::vector<std::string> client_environment(const ClientSettings& client,
                                            const std::string& proxy_url, const TrustFiles& trust);

}  // namespace misproxy
