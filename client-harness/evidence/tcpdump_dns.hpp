#pragma once

#include <string_view>

#include "evidence/names.hpp"
#include "packets/wire_packet.hpp"

namespace misproxy::evidence {

/// Reads `14020+ A? proxy.example.com. (35)` and `14020 NXDomain 0/0/0 (35)`; with -v the question
/// stands in the answer as well. `qname` points into `words`, without the last dot. False where it
/// is neither.
bool read_dns_words(std::string_view words, WirePacket& packet, Names& names);

}  // namespace misproxy::evidence
