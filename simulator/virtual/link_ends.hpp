#pragma once

#include <array>

#include "core/life.hpp"
#include "scenario/network.hpp"
#include "virtual/frame.hpp"

namespace misproxy::simulated {

/// The three that have a link to the router.
inline constexpr std::array kHosts{Party::client, Party::proxy, Party::origin};

/// How the scenario has that host's link.
inline const LinkSettings& link_of(const Network& network, Party party) {
  if (party == Party::client) return network.client_link;
  return party == Party::proxy ? network.proxy_link : network.origin_link;
}

/// The link's end at the host, and the one at the router.
inline CapturePointId at_host(Party party) { return static_cast<CapturePointId>(party); }
inline CapturePointId at_router(Party party) {
  return static_cast<CapturePointId>(static_cast<int>(party) + 3);
}

}  // namespace misproxy::simulated
