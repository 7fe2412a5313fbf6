#pragma once

#include <string>
#include <string_view>

#include "capture/read_packet.hpp"
#include "lab/names.hpp"

namespace misproxy::lab {

/// What a packet to the router itself is answered: a ping by its echo, a question to its resolver
/// (UDP port 53) from the names of the lab. Empty for what it leaves unanswered. IPv4 only.
std::string answer_of(std::string_view ip_bytes, const IpHead& head, const Names& names);

}  // namespace misproxy::lab
