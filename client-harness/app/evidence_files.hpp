#pragma once

#include <string>
#include <variant>
#include <vector>

#include "diagnose/read_evidence.hpp"

namespace misproxy::app {

/// Reads the files of one incident, `-` for standard input; where there are TLS keys, with tshark.
std::variant<diagnose::Observations, diagnose::Unusable> read_files(
    const std::vector<std::string>& files, diagnose::Keep keep = diagnose::Keep::verdicts);

}  // namespace misproxy::app
