#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "app/run_options.hpp"
#include "core/exit_code.hpp"
#include "scenario/scenario.hpp"

namespace misproxy::app {

/// The scenarios that are named, or all that come with misproxy where none is. What is wrong with
/// them is said; the code where something was.
std::variant<std::vector<Scenario>, ExitCode> load_scenarios(const std::vector<std::string>& named);

/// Why a world cannot play a scenario; nothing where it can.
std::optional<std::string> why_not(RunOptions::WorldChoice world, const Scenario& scenario);

using WhyNot = std::function<std::optional<std::string>(const Scenario&)>;

/// Leaves out what cannot be played, which is said of those that were named, and refused where one
/// was alone.
std::optional<ExitCode> keep_playable(std::vector<Scenario>& scenarios, const WhyNot& why_not,
                                      bool named);

}  // namespace misproxy::app
