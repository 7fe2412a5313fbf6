#pragma once

#include "app/format.hpp"

namespace misproxy::app {

/// Prints every trigger, point and deed of a `[[fault]]`.
void list_faults(Format format);

}  // namespace misproxy::app
