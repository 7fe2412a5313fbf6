#pragma once

#include <string>

#include "scenario/scenario.hpp"

namespace misproxy {

/// The shell command that makes curl do what the scenario's `[client]` says, through the proxy at
/// this URL.
std::string curl_command(const ClientSettings& client, const std::string& proxy_url,
                         const std::string& ca);

}  // namespace misproxy
