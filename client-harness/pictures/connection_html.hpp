#pragma once

#include <string>

#include "pictures/packet_ladders.hpp"

namespace misproxy::pictures {

/// A connection's ladder, and the time-sequence graph of each direction in which something was lost
/// or had no room; of one that `failed` without either, that of the busier direction.
std::string connection_html(const Drawn& drawn, const std::string& prefix, bool failed);

}  // namespace misproxy::pictures
