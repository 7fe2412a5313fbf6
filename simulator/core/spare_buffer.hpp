#pragma once

#include <cstddef>
#include <string>

namespace misproxy {

/// Buffers of the pieces in which much passes, a few for each thread, used again as soon as one is
/// free: what was written last is still in the core's cache, where copying costs a fraction. An
/// allocator hands out what it was given back longest ago.
///
///     body ──> spare ──> TLS ──> spare ──> socket
///       ^────────┘        ^────────┘

/// An empty string; one with room where there is one.
std::string spare_buffer();
/// One of that size, with whatever bytes.
std::string spare_buffer(std::size_t size);
/// It is used no more.
void keep_spare(std::string&& buffer);

}  // namespace misproxy
