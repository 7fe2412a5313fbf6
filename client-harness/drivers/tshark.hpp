#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "evidence/decrypted.hpp"

namespace misproxy {

/// The HTTP inside the TLS of a capture, by tshark: with the keys that the file holds itself (a
/// decryption secrets block), or with those of an SSLKEYLOGFILE at `keys`.
///
/// `proxy_ports`: the ports on which HTTP begins each connection. On an error, a sentence: tshark
/// is not installed, or cannot read the file.
std::variant<std::vector<evidence::DecryptedHttp>, std::string> decrypt(
    const std::string& capture, const std::optional<std::string>& keys,
    const std::set<std::uint16_t>& proxy_ports);

/// Reads the lines that `decrypt` asks tshark for: fourteen fields with tabs between them;
/// those that a line has not are empty.
std::vector<evidence::DecryptedHttp> read_fields(std::string_view lines);

}  // namespace misproxy
