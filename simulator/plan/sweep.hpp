#pragma once

#include <cstdint>
#include <optional>

#include "scenario/scenario.hpp"

namespace misproxy {

/// What a sweep moves: the offset of the first fault whose trigger counts bytes. Null where no
/// fault's does.
std::optional<std::int64_t>* swept_offset(Scenario& scenario);

}  // namespace misproxy
