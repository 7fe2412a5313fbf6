#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/exit_code.hpp"

namespace misproxy::app {

struct ExecOptions {
  std::string scenario;
  std::vector<std::string> command;
  std::uint64_t seed = 1;
  std::optional<std::string> bundle;
  std::optional<std::string> state_dir;
};

ExitCode exec(const ExecOptions& options);

}  // namespace misproxy::app
