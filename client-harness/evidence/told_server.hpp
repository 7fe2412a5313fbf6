#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace misproxy::evidence {

/// Whom a client's message says it was connecting to, or connected with; the port is 0 where it is
/// not told: `dial tcp 10.1.1.1:3128: ...`, `Failed to connect to gw.a.test port 3128`.
std::optional<std::pair<std::string, std::uint16_t>> server_told(std::string_view line);

/// The name that a message says has no address; empty where it does not tell.
std::string_view unresolved_name(std::string_view line);

/// The line speaks of a proxy. As part of a host's name, a path or a variable the word says
/// nothing: `proxy.a.test`, `/proxy/`, `http_proxy`.
bool says_proxy(std::string_view line);

}  // namespace misproxy::evidence
