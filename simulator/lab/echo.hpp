#pragma once

#include <string>
#include <string_view>

#include "capture/read_packet.hpp"

namespace misproxy::lab {

/// What a ping of the router itself is answered; empty for any other packet. IPv4 only.
/// Source: RFC 792.
std::string echo_of(std::string_view ip_bytes, const IpHead& head);

}  // namespace misproxy::lab
