#pragma once

#include <optional>
#include <string>

#include "scenario/scenario.hpp"

namespace misproxy {

/// Why the world `live` cannot play a scenario, in one sentence that names the world that can;
/// nothing where it can. The kernel's packets pass loopback as they are: what acts on single ones
/// needs a world that makes its own.
std::optional<std::string> why_not_live(const Scenario& scenario);

/// Why the world `virtual` cannot play a scenario, in the same manner: what leads to the real
/// network needs one; and its keys are Ed25519, and no client there asks whether a certificate is
/// revoked.
std::optional<std::string> why_not_virtual(const Scenario& scenario);

/// Why the world `lab` cannot play a scenario, in the same manner: its networks lead nowhere else.
std::optional<std::string> why_not_lab(const Scenario& scenario);

/// Which keys of `[network]` the world `live` leaves aside although the scenario sets them, in one
/// sentence; nothing where it sets none of them.
std::optional<std::string> unheeded_live(const Scenario& scenario);

}  // namespace misproxy
