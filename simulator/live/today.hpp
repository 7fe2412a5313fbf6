#pragma once

#include <string>

#include "tls/authority.hpp"

namespace misproxy::live {

/// Now, by the machine's clock, to the second.
CivilTime today();

/// `2036-11-24 09:30:00 UTC`.
std::string date_text(CivilTime time);

}  // namespace misproxy::live
