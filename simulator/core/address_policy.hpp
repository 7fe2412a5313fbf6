#pragma once

#include <optional>
#include <string_view>

namespace misproxy {

/// What an address is that no name of the public network may lead to, in a word such as `loopback`;
/// nothing for a public one. What is no address at all is one of those.
///
/// Against DNS rebinding: whoever rules a name's zone could else let a proxy connect to what only
/// its own machine, or its own network, can reach. Addresses of IPv6 that carry an IPv4 address
/// (mapped, compatible, 6to4, NAT64) are what that one is; a scope (`%eth0`) is left aside.
/// Source: RFC 6890 and the registries of IANA that it makes, RFC 4291, RFC 6052 section 2.1.
std::optional<std::string_view> special_address(std::string_view address);

}  // namespace misproxy
