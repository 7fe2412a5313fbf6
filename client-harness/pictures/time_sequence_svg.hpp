#pragma once

#include <string>

#include "pictures/time_sequence.hpp"

namespace misproxy::pictures {

/// The time-sequence graph of one direction as an SVG element, for the classes of page.css:
/// segments as upright strokes, those that were sent again apart, and as lines what is
/// acknowledged, the window's end, and what SACK tells of.
std::string time_sequence_svg(const Way& way);

}  // namespace misproxy::pictures
