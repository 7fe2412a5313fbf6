#pragma once

#include <string>

namespace misproxy::evidence {

/// Whether a pcapng file holds a block of TLS secrets (DSB, type 10), which libpcap passes over.
/// False for any other file. Source: draft-ietf-opsawg-pcapng, sections 3.1 and 4.7.
bool holds_secrets(const std::string& path);

}  // namespace misproxy::evidence
