#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "scenario/scenario.hpp"
#include "teaching/asking_client.hpp"

namespace misproxy::teaching {

/// What goes wrong, or not, where the appliance looks up its proxy's name. No scenario has it, for
/// no world's look-ups can fail: exercises of the layer `dns` are made of these, as files.
struct LookupCase {
  std::string_view id;
  std::string_view title;
  std::string_view teaches;
  std::string_view base;  // the scenario behind it, of a proxy that works
  std::string_view proxy_name;
  Told told;
  std::string_view truth;  // the verdict's id
};

std::span<const LookupCase> lookup_cases();

/// Its base, with the proxy known by that name, and what the verdict has to be.
Scenario scenario_of(const LookupCase& lookup);

}  // namespace misproxy::teaching
