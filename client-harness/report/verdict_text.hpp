#pragma once

#include <string>

#include "report/run_result.hpp"

namespace misproxy {

/// What the diagnosis named, with its doubts: `healthy? (truncated-download)` where it is
/// ambiguous, `healthy, but the client failed` where the client's end says otherwise. Empty where
/// the run was not diagnosed.
std::string verdict_text(const RunResult& result);

}  // namespace misproxy
