#pragma once

#include <string>
#include <string_view>

#include "plan/plan.hpp"

namespace misproxy::test {

/// A plan from the text of `[[fault]]` tables and whatever else, behind a head with one origin,
/// a.test:443. A text that does not load fails the test.
Plan plan_with(std::string_view faults, std::uint64_t seed = 1);

/// A fault with this id, from the bodies of its `when` and its `do`, both inline.
std::string fault_text(std::string_view id, std::string_view when, std::string_view deed);

}  // namespace misproxy::test
