#pragma once

#include <string_view>

namespace misproxy {

/// OpenSSL as it is now, which may be newer than what was compiled with: `OpenSSL 3.0.19 27 Jan
/// 2026`.
std::string_view tls_library_version();

}  // namespace misproxy
