#pragma once

// What the verbs have in common, read by the compiler once, as simulator/precompiled.hpp is.
#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/json.hpp>
#include <filesystem>

#include "precompiled.hpp"
