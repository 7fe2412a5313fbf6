#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenario/client_settings.hpp"

namespace misproxy {

/// The words that run a command line through the shell.
std::vector<std::string> exec_arguments(const std::string& command);

/// The proxy's URL, with the credentials where the scenario's client has some.
std::string with_credentials(const ClientSettings& client, const std::string& proxy_url);

/// What a program needs to know to be the client, as `NAME=value`: MISPROXY_PROXY_URL (with the
/// credentials where the scenario has some), MISPROXY_URL, MISPROXY_CA (the path of the CA to
/// trust); and no exceptions from the proxy.
std::vector<std::string> exec_environment(const ClientSettings& client,
                                          const std::string& proxy_url, const std::string& ca);

/// True for the exit codes by which a shell says that there is no such program, or that it is none.
/// Source: POSIX.1-2017, Shell Command Language, section 2.8.2.
bool shell_found_nothing(int exit);

}  // namespace misproxy
