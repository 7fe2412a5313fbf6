#pragma once

#include <vector>

#include "capture/pcapng.hpp"
#include "live/server.hpp"

namespace misproxy::live {

/// Whether a capture tells what misproxy knows of it: the scenarios, and which packet a fault is to
/// blame for.
enum class CaptureComments { all, none };

/// What stands at the beginning of a capture of these servers' sockets: a point for each, in their
/// order. They listen already. Without comments, points are numbered and not named.
CaptureHead capture_head(const std::vector<const Server*>& servers, CaptureComments comments);

}  // namespace misproxy::live
