#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace misproxy::evidence {

/// The port that tcpdump prints as `name` without -n: Debian's /etc/services for TCP and for
/// 53/UDP, and Red Hat's names of the ports that proxies use. Nothing for a name that is in
/// neither.
std::optional<std::uint16_t> service_port(std::string_view name);

}  // namespace misproxy::evidence
