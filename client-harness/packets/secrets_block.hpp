#pragma once

#include <string>
#include <string_view>

namespace misproxy::evidence {

/// Whether a pcapng file holds a block of TLS secrets (DSB, type 10), which libpcap passes over.
/// False for any other file. Source: draft-ietf-opsawg-pcapng, sections 3.1 and 4.7.
bool holds_secrets(const std::string& path);
/// The same for a file that is at hand.
bool holds_secrets_in(std::string_view bytes);

}  // namespace misproxy::evidence
