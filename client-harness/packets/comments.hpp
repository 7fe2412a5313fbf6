#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace misproxy::evidence {

/// The comments of a pcapng file's packets by the packets' numbers, which libpcap passes over: at
/// most 10,000, and none of a file that is packed, or larger than 256 MiB. Whatever is broken ends
/// it. Source: draft-ietf-opsawg-pcapng, sections 3.5 and 4.3.
std::map<std::uint64_t, std::string> packet_comments(const std::string& path);
/// The same of a file that is at hand.
std::map<std::uint64_t, std::string> packet_comments_in(std::string_view bytes);

}  // namespace misproxy::evidence
