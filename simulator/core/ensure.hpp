#pragma once

#include <string_view>

namespace misproxy {

/// Our own bug, on in release too: says what does not hold and aborts.
void ensure(bool holds, std::string_view what);

}  // namespace misproxy
