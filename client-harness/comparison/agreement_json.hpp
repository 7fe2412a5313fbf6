#pragma once

#include <string>

#include "comparison/agreement.hpp"

namespace misproxy::comparison {

/// One JSON object, without a line's end: what agrees in numbers, what differs in words.
std::string agreement_json(const Agreement& agreement);

}  // namespace misproxy::comparison
