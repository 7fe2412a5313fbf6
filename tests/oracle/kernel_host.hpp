#pragma once

#include "oracle/peer.hpp"

namespace misproxy::oracle {

/// What the kernel answers, in a network namespace of its own that has a device `tun0` with the
/// host's address (scripts/kernel-oracle makes one). Throws std::system_error where it has not.
Played play_kernel(const Situation& situation);

}  // namespace misproxy::oracle
