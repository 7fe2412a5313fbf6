#pragma once

#include <string>

#include "core/exit_code.hpp"

namespace misproxy::app {

/// Why a command cannot do what was asked, said before anything is done.
struct Refusal {
  ExitCode code;
  std::string sentence;
};

}  // namespace misproxy::app
