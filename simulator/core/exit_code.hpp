#pragma once

namespace misproxy {

/// What the process says of itself when it ends; the README's table of exit codes.
enum class ExitCode : int {
  ok = 0,
  mismatch = 1,     // what was found is not what was expected, or is a failure
  bad_input = 2,    // a scenario, flag or trace that cannot be used as it stands
  environment = 3,  // a port in use, a file that cannot be read or written
};

}  // namespace misproxy
