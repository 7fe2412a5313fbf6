#pragma once

#include "core/endpoint.hpp"

namespace misproxy {

/// Where a client on this machine finds what listens there: on loopback, where it listens on all
/// addresses.
inline Endpoint reachable(Endpoint listening) {
  if (listening.host == "0.0.0.0") listening.host = "127.0.0.1";
  if (listening.host == "::") listening.host = "::1";
  return listening;
}

}  // namespace misproxy
