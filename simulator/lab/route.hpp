#pragma once

namespace misproxy::lab {

/// Everything leaves by this interface of the calling thread's network, and TCP's congestion
/// control there is CUBIC, where the kernel has it: a new network knows others only. `family`:
/// AF_INET or AF_INET6. False, with errno, where the kernel refuses. Source: rtnetlink(7).
bool add_default_route(int family, unsigned interface);

}  // namespace misproxy::lab
