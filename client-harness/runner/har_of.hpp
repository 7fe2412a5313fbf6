#pragma once

#include <string>
#include <string_view>

#include "runner/run.hpp"

namespace misproxy {

/// HAR 1.2 of the client's requests, the CONNECTs among them. `version` is misproxy's.
std::string har_of(const Run& run, std::string_view version);

}  // namespace misproxy
