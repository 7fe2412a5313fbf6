#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/format.hpp"
#include "app/run_options.hpp"
#include "core/quantity.hpp"

namespace misproxy::app {

/// A whole number and nothing else, up to 2^63 - 1. `unit`: what it counts, for whoever writes one
/// behind it.
std::function<std::string(const std::string&)> whole_number(std::uint64_t least, std::uint64_t most,
                                                            Unit unit = Unit::none);

CLI::Option* add_format(CLI::App& command, Format& format);

/// `--state-dir`, for each verb that opens the CA.
void add_state_dir(CLI::App& command, std::optional<std::string>& state_dir);

/// `--no-splice`, for each verb that may lead to real upstreams.
CLI::Option* add_no_splice(CLI::App& command, bool& splice);

/// `--capture-at`; `what` it says.
void add_capture_at(CLI::App& command, std::vector<simulated::CapturePointId>& ends,
                    std::string_view what);

}  // namespace misproxy::app
