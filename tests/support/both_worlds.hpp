#pragma once

#include "plan/plan.hpp"
#include "runner/run.hpp"

namespace misproxy::test {

/// A run with the built-in client over real sockets; a failure of the surroundings fails the test.
Run run_live(const Plan& plan);
/// The same in the virtual world; `capture`: with one at the client.
Run run_in_virtual(const Plan& plan, bool capture = false);

/// That both tell the same: the normal form of the trace, and how it ended for the client.
void expect_equal(const Run& live, const Run& virtually);
void expect_equal_in_both(const Scenario& scenario);

}  // namespace misproxy::test
