#pragma once

#include <string>
#include <string_view>

#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// Reads a DNS message's header and its first question into `packet`, whose `kind` becomes `dns`
/// where it has both; and the first address of an answer. `qname` holds the name. Source: RFC 1035 section 4.1.
void read_dns_message(std::string_view message, WirePacket& packet, std::string& qname);

}  // namespace misproxy::evidence
