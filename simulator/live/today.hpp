#pragma once

#include "tls/authority.hpp"

namespace misproxy::live {

/// Now, by the machine's clock, to the second.
CivilTime today();

}  // namespace misproxy::live
