#pragma once

#include <vector>

#include "capture/pcapng.hpp"
#include "live/server.hpp"

namespace misproxy::live {

/// What stands at the beginning of a capture of these servers' sockets: a point for each, in their
/// order. They listen already.
CaptureHead capture_head(const std::vector<const Server*>& servers);

}  // namespace misproxy::live
