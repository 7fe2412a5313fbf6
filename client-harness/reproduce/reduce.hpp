#pragma once

#include <functional>

#include "reproduce/sketch.hpp"

namespace misproxy::reproduce {

/// Leaves out each part without which `holds` still says yes: halves first, then ever less, until
/// none can be spared (delta debugging: Zeller and Hildebrandt 2002). `holds` may say no to
/// everything, when it has no more time.
Sketch reduce(Sketch sketch, const std::function<bool(const Sketch&)>& holds);

}  // namespace misproxy::reproduce
