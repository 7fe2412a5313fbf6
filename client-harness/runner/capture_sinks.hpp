#pragma once

#include <functional>
#include <string_view>

namespace misproxy {

/// Takes whole blocks of a pcapng file, in their order.
using CaptureWrite = std::function<void(std::string_view blocks)>;

/// Where the captures of a run go while it goes on: at the client's end, in the virtual world; at
/// the proxy's; and at the link ends that were asked for, which in the world live is the proxy's.
/// Those that are empty are not wanted.
struct CaptureSinks {
  CaptureWrite client;
  CaptureWrite proxy;
  CaptureWrite chosen;
};

}  // namespace misproxy
