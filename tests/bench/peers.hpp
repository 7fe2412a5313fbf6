#pragma once

#include <cstdint>

#include "tls/seeded_keys.hpp"

namespace misproxy::bench {

/// A TLS 1.3 handshake by OpenSSL alone, both ends, over memory BIOs, with the virtual world's
/// certificates and its source of random bytes: what a run with TLS cannot do without.
void bare_handshake(SeededKeys& keys);

/// So many tasks that do nothing, through the event queue: what a run of so many events cannot do
/// without.
void bare_events(std::uint64_t count);

}  // namespace misproxy::bench
