#pragma once

#include "diagnose/observations.hpp"

namespace misproxy::diagnose {

/// Where the evidence has no bytes (a text of tcpdump tells sizes only), names the flights that
/// look like a CONNECT, a ClientHello and a server's flight by their order and sizes; `guessed`
/// says so.
void guess_from_sizes(Connection& connection);

}  // namespace misproxy::diagnose
