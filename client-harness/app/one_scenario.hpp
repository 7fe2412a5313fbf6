#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "app/refusal.hpp"
#include "live/ca_store.hpp"
#include "scenario/scenario.hpp"

namespace misproxy::app {

/// A scenario with the text of its file.
struct OneScenario {
  std::string text;
  Scenario scenario;
};

/// What a verb was given that takes one scenario; what is wrong in it is told. `only`: why several
/// are refused, such as `a lab has one`.
std::variant<OneScenario, Refusal> one_scenario(const std::string& named, std::string_view only);

/// The installation's CA, made when first needed.
std::variant<live::StoredAuthority, Refusal> installed_authority(
    const std::optional<std::string>& state_dir);

}  // namespace misproxy::app
