#pragma once

#include <string>

#include "core/endpoint.hpp"
#include "scenario/scenario.hpp"

namespace misproxy::app {

/// The shell command that makes curl do what the scenario's `[client]` says, through this proxy.
std::string curl_command(const ClientSettings& client, const Endpoint& proxy,
                         const std::string& ca);

}  // namespace misproxy::app
