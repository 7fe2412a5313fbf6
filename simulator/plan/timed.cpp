#include "plan/timed.hpp"

#include <algorithm>

#include "core/overloaded.hpp"
#include "fault/bend.hpp"

namespace misproxy {
namespace {

bool lasts(const Effect& effect) {
  return std::visit(Overloaded{[](const Hold& hold) { return hold.for_ms.has_value(); },
                               [](const Bend& bend) { return !is_instant(bend); },
                               [](const auto&) { return false; }},
                    effect);
}

}  // namespace

bool is_timed(const Scenario& scenario) {
  return std::ranges::any_of(scenario.faults, [](const Fault& fault) {
    return fault.when.after_ms || fault.when.idle_ms || lasts(fault.effect());
  });
}

}  // namespace misproxy
