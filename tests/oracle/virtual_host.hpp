#pragma once

#include "oracle/peer.hpp"

namespace misproxy::oracle {

/// What the model answers.
Played play_virtual(const Situation& situation);

}  // namespace misproxy::oracle
