#pragma once

#include "app/format.hpp"

namespace misproxy::app {

/// Prints the table of real clients, each with its version, where it is there.
void list_clients(Format format);

}  // namespace misproxy::app
