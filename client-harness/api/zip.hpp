#pragma once

#include <string>
#include <utility>
#include <vector>

namespace misproxy::api {

/// A zip archive of these texts by their names; empty where libzip cannot make it.
std::string zip(const std::vector<std::pair<std::string, std::string>>& files);

}  // namespace misproxy::api
