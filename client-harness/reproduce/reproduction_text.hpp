#pragma once

#include <string>
#include <vector>

#include "reproduce/reproduce.hpp"

namespace misproxy::reproduce {

/// For a person. `files`: where each scenario is, in the order of `all`; empty where it is in none.
std::string to_text(const Reproductions& made, const std::vector<std::string>& files);

/// One JSON object without a line's end.
std::string to_json(const Reproductions& made, const std::vector<std::string>& files);

}  // namespace misproxy::reproduce
