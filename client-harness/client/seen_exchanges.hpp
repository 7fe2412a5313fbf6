#pragma once

#include <vector>

#include "client/exchange.hpp"
#include "trace/event.hpp"

namespace misproxy {

/// The requests that the proxy and its origins have seen, the CONNECTs among them, in their order,
/// with what they were answered. `error`: what broke one off, in the words that clients have for it
/// where they have some. How much of a body came by then is told where the fault has a place in it.
std::vector<Exchange> seen_exchanges(const std::vector<TraceLine>& trace);

}  // namespace misproxy
