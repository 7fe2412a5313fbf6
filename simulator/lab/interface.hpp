#pragma once

#include <cstdint>
#include <optional>

#include "capture/ip_address.hpp"

namespace misproxy::lab {

/// Makes `eth0`, a TUN device of the calling thread's network, for IP packets without anything
/// before them. Its descriptor does not block; -1, with errno, where there can be none.
/// Source: Documentation/networking/tuntap.rst.
int open_tun();

/// Loopback, and `eth0` with both addresses and the routes to everywhere; false, with errno, where
/// the kernel refuses. A kernel without IPv6 goes without.
bool raise_interfaces(const IpAddress& address, const IpAddress& address6,
                      std::optional<std::uint32_t> initial_window);

}  // namespace misproxy::lab
