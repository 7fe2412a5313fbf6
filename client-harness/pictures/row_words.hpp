#pragma once

#include <string>

#include "pictures/ladder.hpp"

namespace misproxy::pictures {

/// What stands on a row, however it is drawn: `TLS data: 14 segments, 20,272 bytes`.
std::string row_words(const Row& row);

}  // namespace misproxy::pictures
