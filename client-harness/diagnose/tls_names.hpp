#pragma once

#include <string>
#include <string_view>

namespace misproxy::diagnose {

/// `handshake failure` for 40; `alert 200` for a number that has no name. Source: RFC 8446 section
/// 6, and the IANA registry of TLS alerts.
std::string alert_name(int description);

}  // namespace misproxy::diagnose
