#pragma once

#include <string>
#include <string_view>

#include "tls/authority.hpp"

namespace misproxy {

/// The serial number of all that misproxy's CA has revoked, as Leaf::serial: who checks a list of
/// them can have it before a server has made one.
inline constexpr std::string_view kRevokedSerial = "misproxy: revoked";

/// The CA's list of what it has revoked, in PEM, good for as long as the CA itself: what `curl
/// --crlfile` takes. Source: RFC 5280 section 5.
std::string revocation_list(const Authority& authority, CivilTime now);

/// An OCSP response in DER that calls `certificate` revoked, signed by its CA, to be stapled.
/// Source: RFC 6960 section 4.2, RFC 6066 section 8.
std::string revoked_staple(const Authority& authority, const Certificate& certificate,
                           CivilTime now);

}  // namespace misproxy
