#pragma once

#include <string_view>
#include <vector>

#include "diagnose/observations.hpp"

namespace misproxy::fuzz {

/// Judges what was observed, and requires what a diagnosis promises whatever the evidence: ids that
/// have a lesson, quotes of at most 300 bytes without control characters, JSON that can be read.
void require_good_diagnosis(const diagnose::Observations& seen);

/// The same for reports that a log's reader made.
void require_good_diagnosis(std::vector<evidence::ClientReport> reports);

}  // namespace misproxy::fuzz
