#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "capture/packet.hpp"

namespace misproxy {

/// `10.0.0.1`.
std::string ipv4_text(Ipv4 address);

/// Reads four decimal numbers with dots between them; nothing for any other text.
std::optional<Ipv4> parse_ipv4(std::string_view text);

/// `10.0.0.1.443`, as tcpdump writes it; IPv6 too: `::1.443`.
std::string dotted_text(const SocketAddress& address);

}  // namespace misproxy
