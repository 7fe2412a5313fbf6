#pragma once

#include "scenario/tcp_settings.hpp"

namespace misproxy::lab {

/// What a program asks for its own socket, where the settings say so: SO_KEEPALIVE and
/// TCP_USER_TIMEOUT. Whatever is its host's alike stands in lab/host.hpp. Source: tcp(7).
void set_socket(int socket, const TcpSettings& settings);

}  // namespace misproxy::lab
