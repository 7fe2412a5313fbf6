#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "diagnose/observations.hpp"
#include "diagnose/verdict.hpp"

namespace misproxy::diagnose::rules {

/// A verdict that cites both hellos.
Verdict in_handshake(const Connection& connection, std::string_view id, std::string headline);

/// What the server says behind the client's FIN answers that; a log's line and a capture's packet
/// have no order.
bool is_too_late(const Connection& connection, const AlertSeen& alert);

/// The client's log tells why it refused the certificate.
std::optional<Verdict> verify_error(const Connection& connection);

/// An alert ends the handshake (RFC 8446 section 6).
std::optional<Verdict> alert(const Connection& connection);

}  // namespace misproxy::diagnose::rules
