#pragma once

#include <string_view>

namespace misproxy {

/// The reason phrase that the IANA HTTP Status Code Registry has for a status; empty where the
/// registry has none, or says that the code is unused.
std::string_view status_reason(int status);

}  // namespace misproxy
