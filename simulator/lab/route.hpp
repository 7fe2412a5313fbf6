#pragma once

#include <cstdint>
#include <optional>

namespace misproxy::lab {

/// Everything leaves by this interface of the calling thread's network, and TCP's congestion
/// control there is CUBIC, where the kernel has it: a new network knows others only. `family`:
/// AF_INET or AF_INET6. False, with errno, where the kernel refuses. Source: rtnetlink(7).
/// `initial_window`: in segments, where it is not the kernel's own.
bool add_default_route(int family, unsigned interface,
                       std::optional<std::uint32_t> initial_window = {});

}  // namespace misproxy::lab
