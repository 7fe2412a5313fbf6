#pragma once

#include <string>

#include "session/action.hpp"

namespace misproxy::test {

/// An action as a line, for the message of a test that fails.
std::string describe(const Action& action);

}  // namespace misproxy::test
