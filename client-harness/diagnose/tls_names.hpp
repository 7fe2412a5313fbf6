#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace misproxy::diagnose {

/// `handshake failure` for 40; `alert 200` for a number that has no name. Source: RFC 8446 section
/// 6, and the IANA registry of TLS alerts.
std::string alert_name(int description);

constexpr int kUnnamedAlert = -1;

/// The alert that a client says it got: `sslv3 alert handshake failure`, `remote error: tls:
/// internal error`, `Received fatal alert: protocol_version`; kUnnamedAlert where it does not say
/// which. Nothing where its words are of no alert.
std::optional<int> alert_told(std::string_view words);

}  // namespace misproxy::diagnose
