#pragma once

#include <deque>
#include <string>

#include "pictures/packet_ladders.hpp"

namespace misproxy::pictures {

/// Ladders below one another as one SVG file, in light or dark as who looks at it wants.
std::string ladders_svg(const std::deque<Drawn>& drawn);

}  // namespace misproxy::pictures
